// Starts a real RTSP camera for a test, and lets the test kill, freeze and revive it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { gstreamer } from "./gstreamer.ts";

export interface CameraServerOptions {
  /** A GStreamer pipeline whose payloader is named pay0. */
  readonly launch: string;
  readonly port: number;
  readonly credentials?: { readonly user: string; readonly password: string } | undefined;
}

/** A pipeline of a moving picture in H.264 with a key frame every `keyFrames` frames. */
export function testPicture(size: { width: number; height: number }, keyFrames = 25, fps = 25): string {
  const raw = `video/x-raw,width=${size.width},height=${size.height},framerate=${fps}/1`;
  const encoder = `openh264enc gop-size=${keyFrames} complexity=low`;
  return `videotestsrc is-live=true pattern=ball ! ${raw} ! ${encoder} ! h264parse config-interval=1 ! rtph264pay name=pay0 pt=96`;
}

/** Encoders and their payloaders, by what a camera would call them. */
export const ENCODERS = {
  h264: (keyFrames: number) =>
    `openh264enc gop-size=${keyFrames} complexity=low ! h264parse config-interval=1 ! rtph264pay`,
  h265: (keyFrames: number) =>
    `x265enc speed-preset=ultrafast tune=zerolatency key-int-max=${keyFrames} ! h265parse config-interval=1 ! rtph265pay`,
  mjpeg: () => "jpegenc ! rtpjpegpay",
} as const;

/** A pipeline whose pictures show the time at which they were made; clock-picture.ts reads it. */
export function clockPicture(
  size: { width: number; height: number },
  codec: keyof typeof ENCODERS = "h264",
  keyFrames = 25,
): string {
  const raw = `video/x-raw,format=I420,width=${size.width},height=${size.height},framerate=25/1`;
  const source = `appsrc name=clock is-live=true do-timestamp=true format=time caps="${raw}"`;
  return `${source} ! ${ENCODERS[codec](keyFrames)} name=pay0 pt=96`;
}

/** A second track with sound, beside any pipeline. */
export const SOUND = "audiotestsrc is-live=true ! audioconvert ! mulawenc ! rtppcmupay name=pay1 pt=0";

export class CameraServer {
  readonly url: string;
  #options: CameraServerOptions;
  #child: ChildProcess | undefined;

  constructor(options: CameraServerOptions) {
    this.#options = options;
    this.url = `rtsp://127.0.0.1:${options.port}/cam`;
  }

  async start(): Promise<void> {
    if (gstreamer === undefined) throw new Error("no GStreamer on this machine");
    const { launch, port, credentials } = this.#options;
    const login = credentials === undefined ? [] : [credentials.user, credentials.password];
    const script = join(import.meta.dirname, "server.py");
    const child = spawn(gstreamer.python, [script, String(port), "cam", launch, ...login], {
      env: gstreamer.env,
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child = child;
    await once(createInterface({ input: child.stdout }), "line", { signal: AbortSignal.timeout(20_000) });
  }

  /** What the next start will serve. */
  serve(launch: string): void {
    this.#options = { ...this.#options, launch };
  }

  /** What the next start will ask of its viewers. */
  protect(credentials: CameraServerOptions["credentials"]): void {
    this.#options = { ...this.#options, credentials };
  }

  /** For a camera with {@link clockPicture}: stop and go on to make pictures, the session alive, or change their size. */
  tell(command: "pause" | "resume" | `size ${number} ${number}`): void {
    this.#child?.stdin?.write(`${command}\n`);
  }

  /** SIGSTOP: the machine is up, the sockets are open, nothing answers. */
  freeze(): void {
    this.#child?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#child?.kill("SIGCONT");
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
