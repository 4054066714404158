// A test camera that draws its clock, a proxy that meddles, and the product's camera watching: what each frame said.
import { pino } from "pino";
import { openCamera } from "../../../edge/camera/camera.ts";
import type { CameraState, FrameSource, FrameTime } from "../../../edge/camera/frame.ts";
import { readClock, rgbLuma } from "../../../test/camera-server/clock-picture.ts";
import { RtspProxy } from "../../../test/camera-server/rtsp-proxy.ts";
import { CameraServer, clockPicture, freePort } from "../../../test/camera-server/server.ts";

export interface SeenFrame {
  readonly time: FrameTime;
  /** The time drawn in the picture, ms since 1970; undefined when it could not be read (a smeared picture). */
  readonly drawnMs: number | undefined;
  /** When it was looked at, ms since 1970. */
  readonly atMs: number;
}

const SIZE = { width: 320, height: 180 } as const;
const SMALL = { width: 320, height: 180, fit: "stretch", pad: 0 } as const;
const POLL_MS = 20;

export class CameraRig {
  readonly server: CameraServer;
  readonly proxy: RtspProxy;
  readonly seen: SeenFrame[] = [];
  readonly states: CameraState[] = [];
  #camera: FrameSource | undefined;
  #watching: Promise<void> | undefined;
  readonly #stop = new AbortController();

  private constructor(port: number) {
    this.server = new CameraServer({ launch: clockPicture(SIZE), port });
    this.proxy = new RtspProxy(port);
  }

  static async create(): Promise<CameraRig> {
    return new CameraRig(await freePort());
  }

  async start(launch = clockPicture(SIZE)): Promise<void> {
    this.server.serve(launch);
    await this.server.start();
    const port = await this.proxy.start();
    const camera = openCamera({
      name: "bench",
      source: `rtsp://127.0.0.1:${port}/cam`,
      request: { small: [SMALL], full: false, fps: 0, ring: { seconds: 20, megabytes: 20 } },
      pace: "live",
      log: pino({ level: process.env["NGATU_LOG"] ?? "silent" }, pino.destination(2)),
      onState: (state) => this.states.push(state),
    });
    this.#camera = camera;
    this.#watching = this.#watch(camera);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#camera?.stop();
    await this.#watching;
    this.proxy.stop();
    await this.server.kill();
  }

  async #watch(camera: FrameSource): Promise<void> {
    for await (const frame of camera.frames(this.#stop.signal)) {
      const [picture] = frame.small;
      const drawnMs = picture === undefined ? undefined : readClock(rgbLuma(picture));
      this.seen.push({ time: frame.time, drawnMs, atMs: Date.now() });
      frame.release();
    }
  }

  /** Waits for a condition. False when it did not come true within `seconds`. */
  async until(condition: () => boolean, seconds: number): Promise<boolean> {
    const end = performance.now() + seconds * 1000;
    while (!condition()) {
      if (performance.now() > end) return false;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return true;
  }

  /** Waits until frames have come from now on. */
  async frames(count: number, seconds: number): Promise<boolean> {
    const from = this.seen.length;
    return this.until(() => this.seen.length >= from + count, seconds);
  }
}

/** Seconds with one decimal. */
export function pauseS(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
