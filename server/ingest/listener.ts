// Hears what every server must hear: live messages, for the feed alone, and the boxes' status, which is stored.
import { setTimeout as delay } from "node:timers/promises";
import type { MqttClient } from "mqtt";
import type { Logger } from "pino";
import { Compile } from "typebox/compile";
import { Live, Status } from "../../contract/messages.ts";
import { parseTopic, SERVER_FILTERS } from "../../contract/topics.ts";
import type { Feed } from "../alert/feed.ts";
import type { BoxesRepository } from "../store/boxes-repository.ts";
import { type BrokerAddress, connect } from "./connection.ts";

export interface ListenerOptions {
  readonly broker: BrokerAddress;
  readonly boxes: BoxesRepository;
  readonly feed: Feed;
  readonly log: Logger;
}

const liveValidator = Compile(Live);
const statusValidator = Compile(Status);
/** More names than this wait for nothing: they were made up. */
const MAX_PENDING = 20_000;
const RETRY_MS = 1_000;

export class Listener {
  readonly #options: ListenerOptions;
  readonly #stop = new AbortController();
  /** Newest status of each box that is not stored yet: a later one takes the place of an earlier. */
  readonly #pending = new Map<string, Status>();
  #wake: (() => void) | undefined;
  #client: MqttClient | undefined;
  #storing: Promise<void> | undefined;
  #invalid = 0;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Messages that were not understood. */
  get invalid(): number {
    return this.#invalid;
  }

  start(): void {
    const { broker, log } = this.#options;
    this.#client = connect(broker, [SERVER_FILTERS.live, SERVER_FILTERS.status], 1, log);
    this.#client.on("message", (topic, payload) => this.#hear(topic, payload));
    this.#storing = this.#store();
  }

  async stop(): Promise<void> {
    await this.#client?.endAsync(true);
    this.#stop.abort();
    this.#wake?.();
    await this.#storing;
  }

  #hear(topic: string, payload: Buffer): void {
    const address = parseTopic(topic);
    const message = parseJson(payload);
    if (address?.kind === "live" && liveValidator.Check(message)) {
      this.#options.feed.emit({ kind: "live", box: address.box, live: message });
    } else if (address?.kind === "status" && statusValidator.Check(message)) {
      if (this.#pending.size < MAX_PENDING) this.#pending.set(address.box, message);
      this.#wake?.();
    } else this.#invalid += 1;
  }

  async #store(): Promise<void> {
    const { boxes, feed, log } = this.#options;
    while (!this.#stop.signal.aborted) {
      const next = this.#pending.entries().next().value;
      if (next === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      const [box, status] = next;
      try {
        const stored = await boxes.save(box, status);
        if (stored !== undefined) feed.emit({ kind: "box", box: stored });
        if (this.#pending.get(box) === status) this.#pending.delete(box);
      } catch (error) {
        log.warn({ err: error, box }, "a box's status can't be stored yet");
        await delay(RETRY_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }
}

function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString());
  } catch {
    return undefined;
  }
}
