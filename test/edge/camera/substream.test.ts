// A camera of two streams on real RTSP servers: pictures of one instant from both, and each stream's death told.
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import type { CameraState, Frame, FrameSource, FrameTime } from "../../../edge/camera/frame.ts";
import { apartMs } from "../../../edge/camera/stream-clock.ts";
import { openStreams, SAME_INSTANT_MS } from "../../../edge/camera/substream.ts";
import { greyLuma, readClock, rgbLuma } from "../../camera-server/clock-picture.ts";
import { gstreamer } from "../../camera-server/gstreamer.ts";
import { RtspProxy } from "../../camera-server/rtsp-proxy.ts";
import { CameraServer, clockPicture, freePort } from "../../camera-server/server.ts";
import { decodeClip } from "./decode-clip.ts";

const SUB = { width: 320, height: 180 };
const MAIN = { width: 640, height: 360 };
/** What drawing, encoding and rounding to whole ms leave between the time drawn and the time told, ms. */
const DRAWING_MS = 8;

interface Seen {
  readonly time: FrameTime;
  readonly fullTime: FrameTime | undefined;
  /** Drawn into the small picture, ms since 1970. */
  readonly smallMs: number | undefined;
  /** Drawn into the full-size picture, which came from the main stream. */
  readonly fullMs: number | undefined;
}

function see({ time, small, full, fullTime }: Frame): Seen {
  const [picture] = small;
  return {
    time,
    fullTime,
    smallMs: picture === undefined ? undefined : readClock(rgbLuma(picture)),
    fullMs: full === undefined ? undefined : readClock(greyLuma(full.width, full.height, full.planes)),
  };
}

const stops: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Two streams of the machine's clock, the main one behind a proxy as the substream is; the camera that watches both. */
class TwoStreamRig {
  readonly states: CameraState[] = [];
  readonly seen: Seen[] = [];
  readonly source: FrameSource;
  readonly sub: CameraServer;
  readonly main: CameraServer;
  readonly subUrl: string;

  private constructor(servers: readonly CameraServer[], urls: readonly string[], full: boolean) {
    const [sub, main] = servers;
    const [subUrl, mainUrl] = urls;
    if (sub === undefined || main === undefined || subUrl === undefined || mainUrl === undefined)
      throw new Error("two servers are needed");
    this.sub = sub;
    this.main = main;
    this.subUrl = subUrl;
    this.source = openStreams({
      name: "test",
      source: mainUrl,
      substream: subUrl,
      request: {
        small: [{ ...SUB, fit: "stretch", pad: 0 }],
        full,
        fps: 5,
        ring: { seconds: 60, megabytes: 50 },
      },
      pace: "live",
      log: pino({ level: "silent" }),
      onState: (state) => this.states.push(state),
      watchdog: { betweenMs: 2000 },
    });
    stops.push(() => this.source.stop());
    const watching = this.#watch();
    stops.push(() => this.source.stop().then(() => watching));
  }

  static async start({
    full,
    clockOffsetS,
  }: {
    full: boolean;
    clockOffsetS?: number;
  }): Promise<TwoStreamRig> {
    const servers: CameraServer[] = [];
    const urls: string[] = [];
    for (const size of [SUB, MAIN]) {
      const port = await freePort();
      const server = new CameraServer({ launch: clockPicture(size), port });
      await server.start();
      stops.push(() => server.kill());
      const proxy = new RtspProxy(port);
      proxy.meddling.clockOffsetS = clockOffsetS;
      urls.push(`rtsp://127.0.0.1:${await proxy.start()}/cam`);
      stops.push(() => proxy.stop());
      servers.push(server);
    }
    return new TwoStreamRig(servers, urls, full);
  }

  async #watch(): Promise<void> {
    for await (const frame of this.source.frames(AbortSignal.timeout(90_000))) {
      this.seen.push(see(frame));
      frame.release();
    }
  }

  pairs(method: FrameTime["method"]): Seen[] {
    return this.seen.filter(({ time, fullTime }) => time.method === method && fullTime?.method === method);
  }

  async until(condition: () => boolean): Promise<void> {
    const giveUp = AbortSignal.timeout(50_000);
    while (!condition()) {
      giveUp.throwIfAborted();
      await sleep(20);
    }
  }
}

function degradedOf(state: CameraState | undefined): string | undefined {
  return state?.state === "running" ? state.degraded : undefined;
}

describe.skipIf(gstreamer === undefined)("a camera of two streams", { timeout: 90_000 }, () => {
  it("pairs pictures of one instant by the camera's own clock, though that is an hour off", async () => {
    const rig = await TwoStreamRig.start({ full: true, clockOffsetS: 3600 });
    const byCamera = (): Seen[] =>
      rig.seen.filter(
        ({ time, fullTime }) => time.cameraNtpMs !== undefined && fullTime?.cameraNtpMs !== undefined,
      );
    await rig.until(() => byCamera().length >= 40);
    const wrong = byCamera().filter(({ time, fullTime, smallMs, fullMs }) => {
      if (fullTime === undefined || smallMs === undefined || fullMs === undefined) return true;
      const told = apartMs(time, fullTime);
      return Math.abs(told) > SAME_INSTANT_MS || Math.abs(fullMs - smallMs - told) > DRAWING_MS;
    });
    expect(wrong).toEqual([]);
    expect(rig.source.picture).toEqual(SUB);
  });

  it("pairs by arrival where there is no such clock, within what is said of both times", async () => {
    const rig = await TwoStreamRig.start({ full: true });
    await rig.until(() => rig.pairs("arrival").length >= 40);
    const wrong = rig.pairs("arrival").filter(({ time, fullTime, smallMs, fullMs }) => {
      const unsure = (time.uncertaintyMs ?? 0) + (fullTime?.uncertaintyMs ?? 0);
      if (fullTime === undefined || smallMs === undefined || fullMs === undefined) return true;
      return Math.abs(fullMs - smallMs - apartMs(time, fullTime)) > unsure + DRAWING_MS;
    });
    expect(wrong).toEqual([]);
  });

  it("goes on with its analysis while the main stream is dead, says so, and pairs again when it is back", async () => {
    const rig = await TwoStreamRig.start({ full: true });
    await rig.until(() => rig.seen.some(({ fullTime }) => fullTime !== undefined));
    await rig.main.kill();
    await rig.until(() => degradedOf(rig.states.at(-1)) !== undefined);
    expect(degradedOf(rig.states.at(-1))).toMatch(/^main stream: rtsp:.*no full-size pictures and no clips$/);
    const [from, unpaired] = [rig.seen.length, rig.source.unpaired ?? 0];
    await rig.until(() => rig.seen.length >= from + 15);
    const meanwhile = rig.seen.slice(from);
    expect(meanwhile.filter(({ fullTime }) => fullTime !== undefined)).toEqual([]);
    expect((rig.source.unpaired ?? 0) - unpaired).toBeGreaterThanOrEqual(meanwhile.length - 1);
    await rig.main.start();
    const pairs = rig.pairs("arrival").length;
    await rig.until(() => rig.pairs("arrival").length >= pairs + 5);
    expect(rig.states.at(-1)).toMatchObject({ state: "running" });
    expect(degradedOf(rig.states.at(-1))).toBeUndefined();
  });

  it("says that the substream is dead, and analyses nothing until it is back", async () => {
    const rig = await TwoStreamRig.start({ full: true });
    await rig.until(() => rig.seen.length >= 5);
    await rig.sub.kill();
    await rig.until(() => rig.states.at(-1)?.state === "reconnecting");
    expect(rig.states.at(-1)).toMatchObject({ cause: expect.stringContaining(rig.subUrl) as string });
    await rig.sub.start();
    const from = rig.seen.length;
    await rig.until(() => rig.seen.length >= from + 5);
    expect(rig.source.state).toMatchObject({ state: "running" });
  });

  it("cuts clips of the main stream, decoding its key frames alone, that show the substream's event", async () => {
    const rig = await TwoStreamRig.start({ full: false, clockOffsetS: 3600 });
    const told = (): Seen[] => rig.seen.filter(({ time }) => time.cameraNtpMs !== undefined);
    await rig.until(() => told().length >= 40);
    const event = told()[20];
    if (event?.smallMs === undefined || rig.source.clip === undefined)
      throw new Error("no event, or no ring");
    const { tMs } = event.time;
    const span = { fromMs: tMs - 3000, toMs: tMs + 3000 };
    const { parts, missing } = await rig.source.clip(span, AbortSignal.timeout(20_000));
    expect(missing).toEqual([]);
    const [part] = parts;
    if (part === undefined) throw new Error("no clip");
    const pictures = decodeClip(part.bytes, MAIN);
    const nearest = pictures.reduce((best, one) =>
      Math.abs(one.ptsMs + part.zeroMs - tMs) < Math.abs(best.ptsMs + part.zeroMs - tMs) ? one : best,
    );
    const shownMs = readClock(greyLuma(MAIN.width, MAIN.height, nearest.pixels));
    // One picture of 25 a second, either way.
    expect(Math.abs((shownMs ?? 0) - event.smallMs)).toBeLessThanOrEqual(40 + DRAWING_MS);
  });
});
