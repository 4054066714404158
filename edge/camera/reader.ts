// The main thread's side of a camera's reader thread: starts it, hands it pipes, takes frames out of its slots.
import { Worker } from "node:worker_threads";
import { workerFile } from "../worker-file.ts";
import type { ReadCommand, ReaderMessage, ReaderSetup } from "./reader-messages.ts";
import { allocateRing, Ring, type SlotLayout } from "./slots.ts";

export interface ReaderEvents {
  onSlots(layout: SlotLayout, buffers: readonly SharedArrayBuffer[]): void;
  onFrame(run: number): void;
  onEnd(run: number, frames: number, fault: string | undefined): void;
  /** The thread died: a programmer's error or no memory. */
  onDeath(error: Error): void;
}

export class Reader {
  readonly ring: Ring;
  readonly #setup: ReaderSetup;
  readonly #events: ReaderEvents;
  #worker: Worker | undefined;

  /** @param held frames that may be held at once, where more than usual. */
  constructor(setup: Omit<ReaderSetup, "ring">, events: ReaderEvents, held?: number) {
    const ring = allocateRing(held);
    this.ring = new Ring(ring);
    this.#setup = { ...setup, ring };
    this.#events = events;
  }

  start(): void {
    const worker = new Worker(workerFile(import.meta.url, "reader-worker"), { workerData: this.#setup });
    worker.on("message", (message: ReaderMessage) => {
      if (message.kind === "slots") this.#events.onSlots(message.layout, message.buffers);
      else if (message.kind === "frame") this.#events.onFrame(message.run);
      else this.#events.onEnd(message.run, message.frames, message.fault);
    });
    worker.on("error", (error) =>
      this.#events.onDeath(error instanceof Error ? error : new Error(String(error))),
    );
    this.#worker = worker;
  }

  read(command: ReadCommand): void {
    this.#worker?.postMessage(command);
  }

  /** Call when no pipe is being read any more: a thread inside a blocking read can't be ended. */
  async stop(): Promise<void> {
    this.ring.stop();
    await this.#worker?.terminate();
    this.#worker = undefined;
  }
}
