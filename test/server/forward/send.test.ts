// One attempt of a delivery against real receivers: its time limit holds whatever else the process does.
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Agent } from "undici";
import { expect, test } from "vitest";
import { send } from "../../../server/forward/send.ts";

const secret = `whsec_${Buffer.from("a secret of twenty-four bytes".slice(0, 24)).toString("base64")}`;

/** Sends to a receiver that `answers`, and collects garbage meanwhile. */
async function sendTo(
  answers: RequestListener,
  stop: AbortSignal = new AbortController().signal,
): Promise<unknown> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const receiver = createServer(answers).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const { port } = receiver.address() as AddressInfo;
  const agent = new Agent();
  const collecting = setInterval(collect, 20);
  try {
    const url = `http://127.0.0.1:${port}/`;
    const destination = { name: "centre", url, secret: () => secret, kinds: [], timeoutMs: 400 };
    return await send(destination, { id: "1", body: "{}" }, agent, stop);
  } finally {
    clearInterval(collecting);
    await agent.destroy();
    receiver.closeAllConnections();
    receiver.close();
  }
}

test("a receiver that never answers is given up in time, though garbage is collected meanwhile", async () => {
  expect(await sendTo(() => undefined)).toEqual({ ok: false, error: "no answer in time" });
});

test("a receiver whose answer never ends is given up in time as well", async () => {
  const endless = await sendTo((_request, response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write("."), 50);
    response.on("close", () => clearInterval(drip));
  });
  expect(endless).toEqual({ ok: false, error: "no answer in time" });
});

test("a stop ends an attempt at once, and garbage collection doesn't keep it from that", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 200);
  expect(await sendTo(() => undefined, stop.signal)).toMatchObject({ ok: false });
  expect(stop.signal.aborted).toBe(true);
});
