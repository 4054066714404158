// A camera over a real RTSP server that is killed, frozen, protected, silent or no camera at all.
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:http";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { openCamera } from "../../../edge/camera/camera.ts";
import type { CameraState, Frame, FrameSource } from "../../../edge/camera/frame.ts";
import { gstreamer } from "../../camera-server/gstreamer.ts";
import { CameraServer, freePort, testPicture } from "../../camera-server/server.ts";

const servers: CameraServer[] = [];
const cameras: FrameSource[] = [];
afterEach(async () => {
  for (const camera of cameras.splice(0)) await camera.stop();
  for (const server of servers.splice(0)) await server.kill();
});

async function serve(
  options: Partial<ConstructorParameters<typeof CameraServer>[0]> = {},
): Promise<CameraServer> {
  const launch = testPicture({ width: 320, height: 240 });
  const server = new CameraServer({ launch, port: await freePort(), ...options });
  await server.start();
  servers.push(server);
  return server;
}

interface Watched {
  readonly camera: FrameSource;
  readonly states: CameraState[];
  readonly lines: string[];
  /** Takes `count` frames and releases them. */
  readonly take: (count: number) => Promise<Frame["time"][]>;
}

function watch(
  source: string,
  options: { password?: string; betweenMs?: number; silentMs?: number } = {},
): Watched {
  const states: CameraState[] = [];
  const lines: string[] = [];
  const camera = openCamera({
    name: "test",
    source,
    password: options.password,
    request: { small: [{ width: 64, height: 64, fit: "letterbox-centre", pad: 0 }], full: true, fps: 5 },
    pace: "live",
    log: pino({ level: "trace" }, { write: (line: string) => lines.push(line) }),
    onState: (state) => states.push(state),
    watchdog: options,
  });
  cameras.push(camera);
  const take = async (count: number): Promise<Frame["time"][]> => {
    const times: Frame["time"][] = [];
    for await (const frame of camera.frames(AbortSignal.timeout(40_000))) {
      times.push(frame.time);
      frame.release();
      if (times.length >= count) break;
    }
    return times;
  };
  return { camera, states, lines, take };
}

/** A picture source apart from the server: H.264 over UDP, as the server's pipeline takes it in. */
function startFeed(port: number, size = "320x240"): ChildProcess {
  const picture = ["-re", "-f", "lavfi", "-i", `testsrc2=size=${size}:rate=25`];
  const codec = [
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
    "-tune",
    "zerolatency",
    "-g",
    "25",
    "-pix_fmt",
    "yuv420p",
  ];
  const output = ["-f", "mpegts", `udp://127.0.0.1:${port}?pkt_size=1316`];
  return spawn("ffmpeg", ["-v", "quiet", "-nostdin", ...picture, ...codec, ...output], { stdio: "ignore" });
}

async function until(condition: () => boolean): Promise<void> {
  const giveUp = AbortSignal.timeout(30_000);
  while (!condition()) {
    giveUp.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function expectGrowing(times: readonly Frame["time"][]): void {
  for (const [index, time] of times.entries()) {
    if (index > 0) expect(time.tMs).toBeGreaterThan(times[index - 1]?.tMs ?? Infinity);
  }
}

describe.skipIf(gstreamer === undefined)("a live camera", () => {
  it("comes back after its server was killed, on a new timeline, and media time has counted the gap", async () => {
    const server = await serve();
    const { states, take } = watch(server.url);
    const before = await take(5);
    await server.kill();
    await until(() => states.some((state) => state.state === "reconnecting"));
    await server.start();
    const after = await take(5);
    expectGrowing([...before, ...after]);
    expect(before.every((time) => time.timeline === 0)).toBe(true);
    expect(after.at(-1)?.timeline).toBe(1);
    expect(states.map((state) => state.state).filter((state) => state === "running")).toHaveLength(2);
  });

  it("is given up and asked again when its server freezes", async () => {
    const server = await serve();
    const { states, take } = watch(server.url, { betweenMs: 2000 });
    await take(3);
    server.freeze();
    await until(() => states.at(-1)?.state === "reconnecting");
    expect(states.at(-1)).toMatchObject({ cause: expect.stringContaining("no picture came") as string });
    server.thaw();
    expectGrowing(await take(5));
  });

  it("is given up when the session lives but the picture's source has died, and comes back with it", async () => {
    const feedPort = await freePort();
    const source = `udpsrc address=127.0.0.1 port=${feedPort} buffer-size=4000000 ! tsdemux latency=100`;
    const server = await serve({
      launch: `${source} ! h264parse config-interval=1 ! rtph264pay name=pay0 pt=96`,
    });
    let feed = startFeed(feedPort);
    const { states, take } = watch(server.url, { betweenMs: 2000 });
    const before = await take(3);
    feed.kill("SIGKILL");
    await until(() => states.at(-1)?.state === "reconnecting");
    expect(states.at(-1)).toMatchObject({
      cause: expect.stringContaining("no picture came for 2 s") as string,
    });
    feed = startFeed(feedPort);
    expectGrowing([...before, ...(await take(3))]);
    feed.kill("SIGKILL");
  });

  it("is given up soon when its session opens but nothing at all comes", async () => {
    const raw = "video/x-raw,format=I420,width=320,height=240,framerate=10/1";
    const encoder = "openh264enc ! h264parse ! rtph264pay name=pay0 pt=96";
    const server = await serve({
      launch: `videotestsrc is-live=true ! ${raw} ! valve drop=true ! ${encoder}`,
    });
    const { states } = watch(server.url, { silentMs: 1500 });
    await until(() => states.length >= 1);
    expect(states[0]).toMatchObject({
      state: "reconnecting",
      cause: `${server.url}: nothing came for 1.5 s`,
    });
  });

  it("is restarted when the stream changes its size, since ffmpeg would rescale in silence", async () => {
    const feedPort = await freePort();
    const source = `udpsrc address=127.0.0.1 port=${feedPort} buffer-size=4000000 ! tsdemux latency=100`;
    const server = await serve({
      launch: `${source} ! h264parse config-interval=1 ! rtph264pay name=pay0 pt=96`,
    });
    let feed = startFeed(feedPort);
    const { camera, states, take } = watch(server.url);
    await take(3);
    feed.kill("SIGKILL");
    feed = startFeed(feedPort, "640x480");
    await until(() => states.some((state) => state.state === "reconnecting"));
    await take(3);
    feed.kill("SIGKILL");
    expect(states.find((state) => state.state === "reconnecting")).toMatchObject({
      cause: `${server.url}: the picture changed from 320×240 to 640×480: the scene must be verified again`,
      delayMs: 0,
    });
    expect(camera.picture).toEqual({ width: 640, height: 480 });
  });

  it("asks a server that is down again and again, each time after a longer pause, in one line a second at most", async () => {
    const url = `rtsp://127.0.0.1:${await freePort()}/cam`;
    const { states, lines } = watch(url);
    await until(() => states.length >= 3);
    const waits = states.flatMap((state) => (state.state === "reconnecting" ? [state] : []));
    expect(waits.map((state) => state.attempt).slice(0, 3)).toEqual([1, 2, 3]);
    expect(waits[0]?.cause).toBe(`${url}: connection refused: nothing listens at this address`);
    const times = lines.map((line) => (JSON.parse(line) as { time: number }).time);
    for (const [index, time] of times.entries()) {
      if (index > 0) expect(time - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(900);
    }
  });

  it("opens with a password that no process list and no log shows", async () => {
    const password = "s3cret/@'pass word";
    const server = await serve({ credentials: { user: "viewer", password } });
    const { states, lines, take } = watch(server.url.replace("//", "//viewer@"), { password });
    await take(3);
    const commands = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          return [readFileSync(`/proc/${pid}/cmdline`, "latin1")];
        } catch {
          return []; // gone meanwhile
        }
      })
      .filter((line) => line.includes("fifo_format"));
    expect(commands.length).toBeGreaterThan(0);
    for (const text of [...commands, ...lines, JSON.stringify(states)]) {
      expect(text).not.toContain("s3cret");
    }
  });

  it("names a wrong password without telling it", async () => {
    const server = await serve({ credentials: { user: "viewer", password: "right" } });
    const { states, lines } = watch(server.url.replace("//", "//viewer:wr0ng!@"));
    await until(() => states.length >= 2);
    const shown = server.url.replace("//", "//viewer@");
    expect(states[0]).toMatchObject({ state: "reconnecting", cause: `${shown}: user or password refused` });
    expect([...lines, JSON.stringify(states)].join()).not.toContain("wr0ng");
  });

  it("names a stream that the server doesn't know", async () => {
    const server = await serve();
    const { states } = watch(server.url.replace("/cam", "/other"));
    await until(() => states.length >= 1);
    expect(states[0]).toMatchObject({ cause: expect.stringContaining("no such stream") as string });
  });

  it("names a web server for what it isn't", async () => {
    const web = createServer((_, response) => response.end("<html></html>")).listen(0, "127.0.0.1");
    await once(web, "listening");
    const { port } = web.address() as { port: number };
    const { states } = watch(`rtsp://127.0.0.1:${port}/cam`);
    await until(() => states.length >= 1);
    web.closeAllConnections();
    web.close();
    expect(states[0]).toMatchObject({ cause: expect.stringContaining("it is no video") as string });
  });

  it.each([
    [
      "H.265",
      "x265enc speed-preset=ultrafast tune=zerolatency key-int-max=10 ! h265parse config-interval=1 ! rtph265pay",
      "hevc",
    ],
    ["Motion JPEG", "jpegenc ! rtpjpegpay", "mjpeg"],
  ])("reads %s", async (_, encoder, codec) => {
    const raw = "video/x-raw,format=I420,width=320,height=240,framerate=10/1";
    const server = await serve({ launch: `videotestsrc is-live=true ! ${raw} ! ${encoder} name=pay0 pt=96` });
    const { states, take } = watch(server.url);
    expectGrowing(await take(4));
    expect(states[0]).toMatchObject({ state: "running", width: 320, height: 240, codec });
  });

  it("knows each frame's capture time to the box's clock and says how well", async () => {
    const server = await serve();
    const { take } = watch(server.url);
    const times = await take(20);
    const late = times.at(-1);
    expect(late?.method).toBe("arrival");
    expect(late?.uncertaintyMs).toBeGreaterThan(0);
    expect((late?.boxArrivalMs ?? 0) - (late?.captureMs ?? 0)).toBeGreaterThanOrEqual(-1);
  });
});
