// Boxes as ingest sees them: MQTT connections that publish events and hold back while too many are unacknowledged.
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import mqtt, { type MqttClient } from "mqtt";
import { v7 as uuid } from "uuid";
import { type Channel, EVENT_TYPES } from "../../../contract/event.ts";
import type { Ack } from "../../../contract/messages.ts";
import { boxFilter, topics } from "../../../contract/topics.ts";
import type { BrokerAccess } from "../../../server/broker.ts";
import { sampleEvent } from "../delivery/sample-event.ts";

/** As the publisher of a real box: this many may wait for their acknowledgement. */
const WINDOW = 2_000;
const TICK_MS = 10;

/** Events differ only in their place in the order: making them must cost little beside what is measured. */
interface Pattern {
  readonly channel: Channel;
  /** The event's JSON without its opening bracket, id and place. */
  readonly rest: string;
}
const PATTERNS = 100;

function pattern(box: string, index: number): Pattern {
  const event = sampleEvent(box, index);
  const rest = JSON.stringify({ ...event, id: undefined }).slice(1);
  return { channel: EVENT_TYPES[event.type].channel, rest };
}

export class LoadBox {
  readonly #client: MqttClient;
  readonly #box: string;
  readonly #epoch: string;
  readonly #sentMs = new Map<number, number>();
  readonly #patterns: readonly Pattern[];
  /** From publishing to the acknowledgement that follows the commit, ms. */
  readonly latenciesMs: number[] = [];
  #sequence = 0;
  #confirmed = 0;

  private constructor(client: MqttClient, box: string, epoch: string) {
    this.#client = client;
    this.#box = box;
    this.#epoch = epoch;
    this.#patterns = Array.from({ length: PATTERNS }, (_, index) => pattern(box, index));
  }

  static async connect(box: string, epoch: string, access: BrokerAccess): Promise<LoadBox> {
    const client = await mqtt.connectAsync(access.url, {
      protocolVersion: 5,
      username: access.username,
      password: readFileSync(access.passwordFile, "utf8"),
      reconnectPeriod: 0,
    });
    const load = new LoadBox(client, box, epoch);
    client.on("message", (_topic, payload) => load.#acknowledged(JSON.parse(payload.toString()) as Ack));
    await client.subscribeAsync(boxFilter(box), { qos: 1 });
    return load;
  }

  /** Events published and not acknowledged by a server. */
  get unacknowledged(): number {
    return this.#sentMs.size;
  }

  /** Publications that the broker has taken. */
  get confirmed(): number {
    return this.#confirmed;
  }

  /** Publishes `count` events, at most `perSecond`; `acknowledged` says whether a server is there to answer. */
  async publish(count: number, perSecond: number, acknowledged: boolean): Promise<void> {
    const first = this.#sequence;
    const confirmedBefore = this.#confirmed;
    const startedMs = performance.now();
    while (this.#sequence - first < count) {
      const due = Math.min(count, ((performance.now() - startedMs) / 1_000) * perSecond);
      const inFlight = acknowledged
        ? this.#sentMs.size
        : this.#sequence - first - (this.#confirmed - confirmedBefore);
      const now = Math.min(due - (this.#sequence - first), WINDOW - inFlight);
      for (let index = 0; index < now; index++) this.#publishOne(acknowledged);
      await delay(now > 0 ? 0 : TICK_MS);
    }
  }

  async end(): Promise<void> {
    await this.#client.endAsync(true);
  }

  #publishOne(acknowledged: boolean): void {
    this.#sequence += 1;
    const sequence = this.#sequence;
    const { channel, rest } = this.#patterns[sequence % PATTERNS] ?? pattern(this.#box, sequence);
    const payload = `{"id":"${uuid()}","sequence":${sequence},"epoch":"${this.#epoch}",${rest}`;
    if (acknowledged) this.#sentMs.set(sequence, performance.now());
    this.#client.publish(topics.event(this.#box, channel), payload, { qos: 1 }, () => {
      this.#confirmed += 1;
    });
  }

  #acknowledged({ epoch, ranges }: Ack): void {
    if (epoch !== this.#epoch) return;
    const nowMs = performance.now();
    for (const [from = 1, to = 0] of ranges) {
      for (let sequence = from; sequence <= to; sequence++) {
        const sentMs = this.#sentMs.get(sequence);
        if (sentMs === undefined) continue;
        this.#sentMs.delete(sequence);
        this.latenciesMs.push(nowMs - sentMs);
      }
    }
  }
}
