// A box as a province has a thousand of: its own connection and last will, few events, one live sample a second.
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import mqtt, { type MqttClient } from "mqtt";
import type { Ack, Live, Status } from "../../../contract/messages.ts";
import { boxFilter, topics } from "../../../contract/topics.ts";
import { EVENT_TYPES } from "../../../contract/event.ts";
import type { BrokerAccess } from "../../../server/broker.ts";
import { sampleEvent } from "../delivery/sample-event.ts";

const EPOCH = "00000000000000bb";
const CONNECT_TIMEOUT_MS = 60_000;
const MOST_ATTEMPTS = 20;

export class QuietBox {
  readonly #name: string;
  readonly #access: BrokerAccess;
  readonly #waiting = new Map<number, string>();
  #client: MqttClient | undefined;
  #sequence = 0;

  constructor(name: string, access: BrokerAccess) {
    this.#name = name;
    this.#access = access;
  }

  get produced(): number {
    return this.#sequence;
  }

  get unacknowledged(): number {
    return this.#waiting.size;
  }

  /** Tries at growing intervals, as a real box does: a broker that is stormed resets connections. */
  async connect(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#connectOnce();
        return;
      } catch (error) {
        if (attempt === MOST_ATTEMPTS) throw error;
      }
      await delay(Math.min(250 * 2 ** attempt, 10_000) * (0.5 + Math.random()));
    }
  }

  /** Connects, says that it is online, and sends what waits. */
  async #connectOnce(): Promise<void> {
    const client = await mqtt.connectAsync(this.#access.url, {
      protocolVersion: 5,
      username: this.#access.username,
      password: readFileSync(this.#access.passwordFile, "utf8"),
      reconnectPeriod: 0,
      connectTimeout: CONNECT_TIMEOUT_MS,
      will: { topic: topics.status(this.#name), payload: this.#status(false), qos: 1, retain: true },
    });
    client.on("message", (_topic, payload) => this.#hear(payload));
    // A cut connection ends in `close`; without a listener it would end the process.
    client.on("error", () => undefined);
    await client.subscribeAsync(boxFilter(this.#name), { qos: 1 });
    await client.publishAsync(topics.status(this.#name), this.#status(true), { qos: 1, retain: true });
    this.#client = client;
    for (const payload of this.#waiting.values()) this.#send(payload);
  }

  /** As a network that fails: no goodbye, so the broker speaks the last will. */
  cut(): void {
    this.#client?.stream.destroy();
    this.#client = undefined;
  }

  makeEvent(): void {
    this.#sequence += 1;
    const event = { ...sampleEvent(this.#name, 0), sequence: this.#sequence, epoch: EPOCH };
    const payload = JSON.stringify(event);
    this.#waiting.set(this.#sequence, payload);
    this.#send(payload);
  }

  sendLive(): void {
    const live: Live = {
      camera: "junction",
      at: new Date().toISOString(),
      picture: { width: 1280, height: 720 },
      fps: 5,
      dropped: 0,
      boxes: Array.from({ length: 6 }, (_, id) => ({ id, class: "motorcycle", box: [100, 200, 180, 320] })),
      zones: [{ zone: "plaza", persons: 12, capacity: 40 }],
      counts: [],
    };
    this.#client?.publish(topics.live(this.#name, live.camera), JSON.stringify(live), { qos: 0 });
  }

  async end(): Promise<void> {
    await this.#client?.endAsync(true);
  }

  #send(payload: string): void {
    const { channel } = EVENT_TYPES["vn.ngatu.count.v1"];
    // What is lost with the connection still waits here, and is sent on the next.
    this.#client?.publish(topics.event(this.#name, channel), payload, { qos: 1 }, () => undefined);
  }

  #hear(payload: Buffer): void {
    const { ranges } = JSON.parse(payload.toString()) as Ack;
    for (const [from = 1, to = 0] of ranges) {
      for (let sequence = from; sequence <= to; sequence++) this.#waiting.delete(sequence);
    }
  }

  #status(online: boolean): string {
    const status: Status = { online, epoch: EPOCH, version: "bench", contract: [1, 1], cameras: [] };
    return JSON.stringify(status);
  }
}
