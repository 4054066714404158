// A program of ours that is kept running: started again when it ends, until it is stopped.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { Account } from "./account.ts";

export interface KeptProcessOptions {
  /** For the log. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly account?: Account | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** Asks it to end; also sent by the kernel when this process dies without having stopped it. */
  readonly stopSignal: "SIGTERM" | "SIGINT";
  readonly log: Logger;
  /** Whether it does its work already; asked every 50 ms after a start. */
  readonly ready: () => Promise<boolean>;
  /** Clears what a process that was killed left behind; before each start. */
  readonly prepare?: () => Promise<void>;
}

/** The program ended or stayed silent before it was ready; `lastLines` is what it said. */
export class ProcessStartError extends Error {
  override readonly name = "ProcessStartError";
  readonly lastLines: readonly string[];

  constructor(name: string, why: string, lastLines: readonly string[], cause?: unknown) {
    super([`${name} ${why}`, ...lastLines].join("\n  "), { cause });
    this.lastLines = lastLines;
  }
}

const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;
const RESTART_MIN_MS = 200;
const RESTART_MAX_MS = 5_000;
/** A start that lived this long was a good one: the next restart waits little again. */
const HEALTHY_MS = 10_000;
/** Starts that may fail before the first `start()` gives up (PostgreSQL may have to wait for orphans of a killed one). */
const FIRST_STARTS = 5;
const LAST_LINES = 8;

export class KeptProcess {
  readonly #options: KeptProcessOptions;
  readonly #stop = new AbortController();
  readonly #lastLines: string[] = [];
  #child: ChildProcess | undefined;
  #starts = 0;
  #fault: unknown;
  #kept: Promise<void> | undefined;

  constructor(options: KeptProcessOptions) {
    this.#options = options;
  }

  /** Process id of the running program. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when the program is ready. Throws {@link ProcessStartError}. */
  async start(): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    this.#kept = this.#keep();
    for (;;) {
      if (this.#child !== undefined && (await this.#options.ready())) return;
      const why = this.#whyNotStarting(deadline);
      if (why !== undefined) {
        await this.stop();
        throw new ProcessStartError(this.#options.name, why, this.#lastLines, this.#fault);
      }
      await delay(50);
    }
  }

  #whyNotStarting(deadline: number): string | undefined {
    if (this.#fault !== undefined) return "could not be started";
    if (this.#starts > FIRST_STARTS) return "ended again and again";
    return Date.now() > deadline ? `was not ready within ${READY_TIMEOUT_MS / 1000} s` : undefined;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill(this.#options.stopSignal);
      const hard = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(hard);
    }
    await this.#kept;
  }

  async #keep(): Promise<void> {
    const { name, log } = this.#options;
    let pauseMs = RESTART_MIN_MS;
    for (;;) {
      const startedAt = Date.now();
      try {
        await this.#options.prepare?.();
        await this.#runOnce();
      } catch (error) {
        // It can't be spawned or prepared: the first start reports it, a later one is tried again like any other.
        this.#fault = error;
        log.error({ err: error }, `${name} could not be started`);
      }
      if (this.#stop.signal.aborted) return;
      if (Date.now() - startedAt > HEALTHY_MS) pauseMs = RESTART_MIN_MS;
      log.warn({ pauseMs, lastLines: this.#lastLines }, `${name} ended; starting it again`);
      await delay(pauseMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, RESTART_MAX_MS);
    }
  }

  /** Resolves when the program has ended; rejects when it can't be spawned. */
  async #runOnce(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const { command, args, account, env, stopSignal } = this.#options;
    const [program, ...rest] = dyingWithParent(stopSignal, [command, ...args]);
    this.#starts += 1;
    const child = spawn(program, rest, {
      stdio: ["ignore", "pipe", "pipe"],
      env: env ?? process.env,
      // A terminal's Ctrl-C goes to every process of its group: the order of stopping is ours to choose.
      detached: true,
      ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on("line", (line) => this.#hear(line));
    }
    await once(child, "exit");
    this.#child = undefined;
  }

  #hear(line: string): void {
    this.#lastLines.push(line);
    if (this.#lastLines.length > LAST_LINES) this.#lastLines.shift();
    this.#options.log.debug({ program: this.#options.name }, line);
  }
}

const SETPRIV = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => existsSync(path));

/** Lets the kernel end the child when this process is killed; util-linux's setpriv does it, where it is installed. */
function dyingWithParent(
  signal: "SIGTERM" | "SIGINT",
  command: [string, ...string[]],
): [string, ...string[]] {
  return SETPRIV === undefined ? command : [SETPRIV, "--pdeathsig", signal.slice(3), ...command];
}
