// One box of the rig: its process, and what it has said over all its lives.
import { rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { workerFile } from "../../../edge/worker-file.ts";
import type { BoxProcessOptions, BoxReport } from "./box-process.ts";
import { Child } from "./child.ts";

export class RigBox {
  readonly #options: BoxProcessOptions;
  readonly #child: Child;
  #last: BoxReport | undefined;

  constructor(options: BoxProcessOptions) {
    this.#options = options;
    this.#child = new Child(workerFile(import.meta.url, "box-process"), options);
  }

  get name(): string {
    return this.#options.box;
  }

  /** The box as it last said, in this life or the one before. */
  get report(): BoxReport | undefined {
    const line = this.#child.lastLine;
    if (line !== undefined) this.#last = JSON.parse(line) as BoxReport;
    return this.#last;
  }

  start(): void {
    this.#child.start();
  }

  tell(line: string): void {
    this.#child.tell(line);
  }

  /** Killed, and started again at once. */
  async kill(): Promise<void> {
    await this.end();
    this.#child.start();
  }

  async end(): Promise<void> {
    await this.#child.end("SIGKILL");
    this.#last = this.report;
  }

  /** A new disk: the box begins again with an empty outbox, and so with a new epoch. */
  async reimage(): Promise<void> {
    await this.end();
    rmSync(this.#options.folder, { recursive: true });
    this.#last = undefined;
    this.#child.start();
  }

  /** Until it has said something in its present life. */
  async up(): Promise<void> {
    while (this.#child.lastLine === undefined) await delay(20);
  }

  /** Until its present outbox has taken an event: a loaded machine may start a process for seconds. */
  async producing(): Promise<void> {
    await this.up();
    while ((this.report?.accepted ?? 0) === 0) await delay(20);
  }

  /** Makes no more events; resolves when the outbox is empty, or after `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    await this.up();
    const deadline = performance.now() + timeoutMs;
    // Several looks, further apart than two reports: the first may be older than the rest.
    for (let empty = 0; empty < 4 && performance.now() < deadline; ) {
      this.#child.tell("rest");
      await delay(150);
      empty = this.report?.waiting === 0 ? empty + 1 : 0;
    }
  }
}
