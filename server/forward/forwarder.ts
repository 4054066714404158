// The worker of one destination: takes what is due from the durable queue and hands it over, a few at a time.
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { Agent } from "undici";
import type { Feed } from "../alert/feed.ts";
import type { CasesRepository } from "../store/cases-repository.ts";
import type { ClaimedForward, ForwardsRepository } from "../store/forwards-repository.ts";
import { EVERY_CASE } from "../store/scope.ts";
import { nextDelayMs } from "./back-off.ts";
import type { Destination } from "./destination.ts";
import { send } from "./send.ts";

export interface ForwarderOptions {
  readonly destination: Destination;
  readonly forwards: ForwardsRepository;
  readonly cases: Pick<CasesRepository, "get">;
  readonly feed: Feed;
  readonly log: Logger;
}

/** Deliveries to one destination at a time. */
const CONCURRENCY = 8;
/** How often the queue is looked at unasked: rows that another server queued, and those whose time has come. */
const POLL_MS = 500;
/** A taken row comes back this long after its timeout, should we die meanwhile. */
const LEASE_MARGIN_MS = 5_000;

/** Each destination has its own worker, rows and connections: a slow one delays nobody else. */
export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #stop = new AbortController();
  readonly #agent: Agent;
  #wake: (() => void) | undefined;
  /** Something was queued while we were busy: it must not wait for the next look. */
  #woken = false;
  #reachable = true;
  readonly #underWay = new Set<Promise<void>>();
  #running: Promise<void> | undefined;

  constructor(options: ForwarderOptions) {
    this.#options = options;
    const { timeoutMs } = options.destination;
    this.#agent = new Agent({ connections: CONCURRENCY, connect: { timeout: timeoutMs } });
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Gives up what is on its way: it is due again after its lease. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake?.();
    await this.#running;
    await this.#agent.destroy();
  }

  /** Something was queued. */
  wake(): void {
    this.#woken = true;
    this.#wake?.();
  }

  /** Takes as many as there is room for; none waits for those that are on their way. */
  async #run(): Promise<void> {
    const { destination, forwards } = this.#options;
    while (!this.#stop.signal.aborted) {
      this.#woken = false;
      const room = CONCURRENCY - this.#underWay.size;
      try {
        const leaseMs = destination.timeoutMs + LEASE_MARGIN_MS;
        const due = room === 0 ? [] : await forwards.claim(destination.name, room, leaseMs);
        for (const forward of due) this.#begin(forward);
        this.#reachable = true;
      } catch (error) {
        this.#unreachable(error);
        await delay(POLL_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
      await this.#idle();
    }
    await Promise.all(this.#underWay);
  }

  /** What follows it in order, or waits for its room, is looked for at its end. */
  #begin(forward: ClaimedForward): void {
    const delivery = this.#deliver(forward)
      .catch((error: unknown) => this.#unreachable(error))
      .finally(() => {
        this.#underWay.delete(delivery);
        this.wake();
      });
    this.#underWay.add(delivery);
  }

  /** Rows that were taken come back when their lease ends. Told once. */
  #unreachable(error: unknown): void {
    const { destination, log } = this.#options;
    if (this.#reachable)
      log.error({ err: error, destination: destination.name }, "the forward queue can't be reached");
    this.#reachable = false;
  }

  async #idle(): Promise<void> {
    if (this.#stop.signal.aborted || this.#woken) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }

  async #deliver({ id, eventId, body, attempts, ageMs }: ClaimedForward): Promise<void> {
    const { destination, forwards, cases, feed, log } = this.#options;
    const result = await send(destination, { id: eventId, body }, this.#agent, this.#stop.signal);
    if (result.ok) {
      const { forward, caseId } = await forwards.delivered(id);
      if (forward !== undefined) feed.emit({ kind: "forward", forward });
      const found = caseId === undefined ? undefined : await cases.get(caseId, EVERY_CASE);
      if (found !== undefined) feed.emit({ kind: "case", case: found });
      return;
    }
    if (this.#stop.signal.aborted) return;
    const delayMs = nextDelayMs(attempts, ageMs, Math.random());
    log.warn(
      { destination: destination.name, eventId, attempts, delayMs, error: result.error },
      "not delivered",
    );
    const forward = await forwards.failed(id, result.error, delayMs);
    if (forward !== undefined) feed.emit({ kind: "forward", forward });
  }
}
