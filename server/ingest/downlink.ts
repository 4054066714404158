// What a server says to boxes: acknowledged ranges, questions for missing events, preview leases. Only while connected: boxes ask again.
import type { MqttClient } from "mqtt";
import type { Logger } from "pino";
import type { Ack, SequenceRanges, Watch } from "../../contract/messages.ts";
import { topics } from "../../contract/topics.ts";
import { type BrokerAddress, connect } from "./connection.ts";
import type { Place } from "./message.ts";
import { toRanges } from "../store/ranges.ts";

/** A lease lasts this long; whoever watches renews it. */
const LEASE_MS = 15_000;

export class Downlink {
  readonly #broker: BrokerAddress;
  readonly #log: Logger;
  #client: MqttClient | undefined;

  constructor(broker: BrokerAddress, log: Logger) {
    this.#broker = broker;
    this.#log = log;
  }

  get connected(): boolean {
    return this.#client?.connected ?? false;
  }

  start(): void {
    this.#client = connect(this.#broker, [], 1, this.#log);
  }

  async stop(): Promise<void> {
    await this.#client?.endAsync();
  }

  /** These are committed. Called only after the commit. */
  acknowledge(places: readonly Place[]): void {
    const byOutbox = new Map<string, { box: string; epoch: string; sequences: number[] }>();
    for (const { box, epoch, sequence } of places) {
      const key = `${box} ${epoch}`;
      const outbox = byOutbox.get(key);
      if (outbox === undefined) byOutbox.set(key, { box, epoch, sequences: [sequence] });
      else outbox.sequences.push(sequence);
    }
    for (const { box, epoch, sequences } of byOutbox.values()) {
      const ack: Ack = { epoch, ranges: toRanges(sequences) };
      this.#publish(topics.ack(box), ack, 1);
    }
  }

  /** These are missing: send them again, or say that they are gone. */
  askAgain(box: string, missing: SequenceRanges): void {
    this.#publish(topics.resend(box), missing, 1);
  }

  /** Somebody watches this camera for the next seconds. */
  watch(box: string, camera: string): void {
    const watch: Watch = { until: new Date(Date.now() + LEASE_MS).toISOString() };
    this.#publish(topics.watch(box, camera), watch, 0);
  }

  #publish(topic: string, message: Ack | SequenceRanges | Watch, qos: 0 | 1): void {
    if (this.#client?.connected === true) this.#client.publish(topic, JSON.stringify(message), { qos });
  }
}
