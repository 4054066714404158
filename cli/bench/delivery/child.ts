// A child process of a benchmark: one that can be killed, frozen, and asked what it said last.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export class Child {
  readonly #program: URL;
  readonly #options: object;
  #process: ChildProcess | undefined;
  #lastLine: string | undefined;

  constructor(program: URL, options: object) {
    this.#program = program;
    this.#options = options;
  }

  /** Since its last start. */
  get lastLine(): string | undefined {
    return this.#lastLine;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  start(): void {
    const child = spawn(process.execPath, [fileURLToPath(this.#program), JSON.stringify(this.#options)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#process = child;
    this.#lastLine = undefined;
    createInterface(child.stdout).on("line", (line) => {
      this.#lastLine = line;
    });
    // A child that was killed can't be written to: that is what killing is for.
    child.stdin.on("error", () => undefined);
    child.once("exit", () => {
      if (this.#process === child) this.#process = undefined;
    });
  }

  tell(line: string): void {
    this.#process?.stdin?.write(`${line}\n`);
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  /** Resolves when it is gone. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }
}
