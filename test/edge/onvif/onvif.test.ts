// Cameras are found by WS-Discovery and tell their streams; odd answers and silence are named.
import { createServer } from "node:http";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { discoverCameras, offeredStreams } from "../../../edge/onvif/onvif.ts";
import { OnvifDevice } from "./onvif-device.ts";

let device: OnvifDevice;
let port: number;
beforeEach(async () => {
  device = new OnvifDevice();
  port = await device.start();
});
afterEach(() => device.stop());

describe("discoverCameras", () => {
  it("finds a camera on the network of the interface that was named, with the name it gives itself", async () => {
    await device.listen();
    expect(await discoverCameras(1000, "lo")).toEqual([
      { host: "127.0.0.1", service: device.service, name: "Cổng chính", hardware: "DS-2CD" },
    ]);
  });

  it("finds nothing where nothing answers", async () => {
    expect(await discoverCameras(300, "lo")).toEqual([]);
  });

  it.each([
    ["what is no answer", () => "<html>not a camera</html>"],
    [
      "an answer without its sender",
      (answer: string) => answer.replace(/<a:Endpoint.*<\/a:Endpoint\w+>/s, ""),
    ],
  ])("is not brought down by %s", async (_, say) => {
    await device.listen(say);
    expect(await discoverCameras(500, "lo")).toEqual([]);
  });

  it("names an interface that is not there", async () => {
    await expect(discoverCameras(300, "eth99")).rejects.toThrow(/eth99/);
  });
});

describe("offeredStreams", () => {
  it("lists a camera's streams, main and sub, without the password that the camera writes into them", async () => {
    const streams = await offeredStreams(
      { host: "127.0.0.1", port, user: "admin", password: "s3cret" },
      2000,
    );
    const common = { codec: "H264" };
    expect(streams).toEqual([
      { name: "main", url: "rtsp://127.0.0.1:554/main", width: 1920, height: 1080, fps: 25, ...common },
      { name: "sub", url: "rtsp://127.0.0.1:554/sub", width: 640, height: 360, fps: 10, ...common },
    ]);
  });

  it("says so when the host is no ONVIF camera, without the password", async () => {
    const web = createServer((_, response) => response.end("<html>a web page s3cret</html>")).listen(
      0,
      "127.0.0.1",
    );
    await once(web, "listening");
    const { port: webPort } = web.address() as { port: number };
    const asked = offeredStreams({ host: "127.0.0.1", port: webPort, user: "a", password: "s3cret" }, 1000);
    const error: unknown = await asked.catch((caught: unknown) => caught);
    web.closeAllConnections();
    web.close();
    expect(error).toMatchObject({ name: "OnvifError" });
    expect(String(error)).not.toContain("s3cret");
  });

  it("does not wait for a host that says nothing longer than it was told", async () => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port: silentPort } = silent.address() as { port: number };
    await expect(offeredStreams({ host: "127.0.0.1", port: silentPort }, 300)).rejects.toMatchObject({
      name: "OnvifError",
    });
    silent.closeAllConnections();
    silent.close();
  });
});
