// Asks boxes for the events that are missing in their order, and keeps their answer when an event is gone.
import { setTimeout as delay } from "node:timers/promises";
import type { MqttClient } from "mqtt";
import type { Logger } from "pino";
import { Compile } from "typebox/compile";
import { SequenceRanges } from "../../contract/messages.ts";
import { parseTopic, SERVER_FILTERS } from "../../contract/topics.ts";
import type { GapsRepository, OutboxName, SequenceRange } from "../store/gaps-repository.ts";
import { type BrokerAddress, connect } from "./connection.ts";
import type { Downlink } from "./downlink.ts";

export interface GapHealerOptions {
  readonly broker: BrokerAddress;
  readonly gaps: GapsRepository;
  readonly downlink: Pick<Downlink, "askAgain">;
  readonly log: Logger;
  /** How often each box's order is looked at, and how long a gap may be explained by another server. Default 60 s. */
  readonly everyMs?: number | undefined;
}

const DEFAULT_EVERY_MS = 60_000;
/** More answers than this are not kept: the boxes are asked again. */
const MAX_ANSWERS = 1_000;
const validator = Compile(SequenceRanges);

export class GapHealer {
  readonly #options: GapHealerOptions;
  readonly #stop = new AbortController();
  #answers: { outbox: OutboxName; ranges: SequenceRange[] }[] = [];
  #client: MqttClient | undefined;
  #running: Promise<void> | undefined;

  constructor(options: GapHealerOptions) {
    this.#options = options;
  }

  start(): void {
    const { broker, log } = this.#options;
    this.#client = connect(broker, [SERVER_FILTERS.gone], 1, log);
    this.#client.on("message", (topic, payload) => this.#hear(topic, payload));
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#client?.endAsync(true);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const { everyMs = DEFAULT_EVERY_MS, log } = this.#options;
    for (;;) {
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.#look(everyMs);
      } catch (error) {
        log.warn({ err: error }, "gaps can't be looked for yet");
      }
    }
  }

  async #look(settledMs: number): Promise<void> {
    const { gaps, downlink, log } = this.#options;
    for (let answer = this.#answers.shift(); answer !== undefined; answer = this.#answers.shift()) {
      await gaps.gone(answer.outbox, answer.ranges);
      log.warn({ ...answer.outbox, ranges: answer.ranges }, "events are gone: their box has them no longer");
    }
    for (const outbox of await gaps.online()) {
      if (this.#stop.signal.aborted) return;
      const ranges = await gaps.look(outbox, settledMs);
      if (ranges.length > 0) downlink.askAgain(outbox.box, { epoch: outbox.epoch, ranges });
    }
  }

  #hear(topic: string, payload: Buffer): void {
    const address = parseTopic(topic);
    const message = parseJson(payload);
    if (address?.kind !== "gone" || !validator.Check(message) || this.#answers.length >= MAX_ANSWERS) return;
    const ranges = message.ranges.map(([from = 1, to = 0]): SequenceRange => [from, to]);
    this.#answers.push({
      outbox: { box: address.box, epoch: message.epoch },
      ranges: ranges.filter(([from, to]) => from <= to),
    });
  }
}

function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString());
  } catch {
    return undefined;
  }
}
