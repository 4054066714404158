// A TCP proxy before an RTSP camera (interleaved over TCP): delays, cuts, throttles, and falsifies the camera's clocks.
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { InterleavedFrames } from "./interleaved.ts";

/** What is done to the camera's bytes on their way to the viewer. All may be changed at any time. */
export interface Meddling {
  /** Held back, ms. */
  delayMs: number;
  /** Most bytes a second; 0: no limit. */
  bytesPerSecond: number;
  /** Added to the camera's clock in its sender reports, s; undefined: the reports are taken out. */
  clockOffsetS: number | undefined;
  /** Added to the time stamps of packets and reports, in ticks of 1/90000 s. */
  stampOffset: number;
  /** New connections are refused. */
  refuse: boolean;
}

export class RtspProxy {
  readonly meddling: Meddling = {
    delayMs: 0,
    bytesPerSecond: 0,
    clockOffsetS: 0,
    stampOffset: 0,
    refuse: false,
  };
  readonly #target: number;
  #server: Server | undefined;
  readonly #open = new Set<Socket>();

  constructor(targetPort: number) {
    this.#target = targetPort;
  }

  /** Gives the port that viewers connect to. */
  async start(): Promise<number> {
    const server = createServer((viewer) => this.#join(viewer)).listen(0, "127.0.0.1");
    this.#server = server;
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return address.port;
  }

  /** Cuts every connection, as a cable does: both sides see a reset. */
  cut(): void {
    for (const socket of this.#open) socket.resetAndDestroy();
  }

  /** Ends every connection in order, as a server does at the end of a file. */
  end(): void {
    for (const socket of this.#open) socket.end();
  }

  stop(): void {
    this.cut();
    this.#server?.close();
  }

  #join(viewer: Socket): void {
    if (this.meddling.refuse) {
      viewer.resetAndDestroy();
      return;
    }
    const camera = connect(this.#target, "127.0.0.1");
    for (const [socket, other] of [
      [viewer, camera],
      [camera, viewer],
    ] as const) {
      this.#open.add(socket);
      socket.on("error", () => undefined); // its close follows, and ends the other side
      socket.on("close", () => {
        this.#open.delete(socket);
        other.destroy();
      });
    }
    viewer.pipe(camera);
    const frames = new InterleavedFrames(this.meddling);
    const lane = new Lane(viewer, camera, this.meddling);
    camera.on("data", (chunk: Buffer) => lane.push(frames.push(chunk)));
  }
}

/** Bytes on their way, late and slow as asked, in order; the camera is held back when much waits. */
class Lane {
  readonly #to: Socket;
  readonly #from: Socket;
  readonly #meddling: Meddling;
  #freeAt = 0;
  #waiting = 0;

  constructor(to: Socket, from: Socket, meddling: Meddling) {
    this.#to = to;
    this.#from = from;
    this.#meddling = meddling;
  }

  push(bytes: Buffer): void {
    const { delayMs, bytesPerSecond } = this.#meddling;
    const now = performance.now();
    const slowMs = bytesPerSecond > 0 ? (bytes.length / bytesPerSecond) * 1000 : 0;
    this.#freeAt = Math.max(now + delayMs, this.#freeAt) + slowMs;
    this.#waiting += bytes.length;
    if (this.#waiting > MOST_WAITING_BYTES) this.#from.pause();
    setTimeout(() => this.#send(bytes), Math.max(0, this.#freeAt - now));
  }

  #send(bytes: Buffer): void {
    this.#waiting -= bytes.length;
    if (this.#from.isPaused() && this.#waiting < MOST_WAITING_BYTES / 2) this.#from.resume();
    if (!this.#to.destroyed) this.#to.write(bytes);
  }
}

/** More than a slow line's router holds, so that what is lost is lost at the camera. */
const MOST_WAITING_BYTES = 1 << 18;
