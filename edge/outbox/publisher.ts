// Brings the outbox's events to the broker, in order, and keeps each until the server itself has acknowledged it.
import { setTimeout as delay } from "node:timers/promises";
import type { MqttClient } from "mqtt";
import type { Logger } from "pino";
import { Compile } from "typebox/compile";
import { Ack, type Live, SequenceRanges, type Status, Watch } from "../../contract/messages.ts";
import { boxFilter, parseTopic, topics } from "../../contract/topics.ts";
import { Bell } from "./bell.ts";
import { type BrokerAddress, connectToBroker } from "./connection.ts";
import { DatabaseFileError, DiskFullError } from "./database.ts";
import type { OutboxRow } from "./draft.ts";
import { Flight } from "./flight.ts";
import type { Outbox } from "./outbox.ts";
import { answerResend } from "./resend-answer.ts";
import { WatchLeases } from "./watch-leases.ts";

export interface PublisherOptions {
  readonly outbox: Outbox;
  readonly box: string;
  readonly broker: BrokerAddress;
  /** The box's state as of now; `online` and `epoch` are set here. */
  readonly status: () => Omit<Status, "online" | "epoch">;
  /** How long the server may take to acknowledge before an event is sent again. Default 10 s. */
  readonly resendMs?: number | undefined;
  /** Takes what signal controllers say; absent: none is subscribed to. */
  readonly signals?: SignalListener | undefined;
  readonly log: Logger;
}

/** What the connection needs of who follows signal controllers. */
export interface SignalListener {
  readonly controllers: readonly string[];
  /** Times as `performance.now()` and `Date.now()` give them. False when the message is not understood. */
  hear(controller: string, message: unknown, retained: boolean, nowMs: number, wallMs: number): boolean;
}

export interface PublisherFigures {
  readonly connected: boolean;
  /** Publications, repeated ones included. */
  readonly published: number;
  readonly resent: number;
  /** Released on the server's word, since the start. */
  readonly acknowledged: number;
  /** Live messages that found no connection, or one that was too slow. */
  readonly liveDropped: number;
}

/** Most publications that wait for the broker's PUBACK. */
const UNCONFIRMED = 500;
/** Most events that wait for the server's acknowledgement. */
const UNACKNOWLEDGED = 2_000;
/** While the broker says that no server listens, one event asks again after this. */
const UNHEARD_PAUSE_MS = 500;
const RESEND_MAX_MS = 120_000;
const RECONNECT_MIN_MS = 250;
const RECONNECT_MAX_MS = 10_000;
/** A live message is dropped when this much is already waiting to be written. */
const LIVE_BACKLOG_BYTES = 1024 * 1024;
/** MQTT 5 PUBACK reason: taken, and thrown away, since nobody subscribes (§3.4.2.1). */
const NO_MATCHING_SUBSCRIBERS = 16;

const ackValidator = Compile(Ack);
const resendValidator = Compile(SequenceRanges);
const watchValidator = Compile(Watch);

export class Publisher {
  readonly #options: PublisherOptions;
  readonly #flight = new Flight();
  readonly #leases = new WatchLeases();
  readonly #bell = new Bell();
  readonly #stop = new AbortController();
  #client: MqttClient | undefined;
  #running: Promise<void> | undefined;
  #unsubscribe: (() => void) | undefined;
  /** Last sequence sent on this connection for the first time. */
  #cursor = 0;
  /** Of this connection; one that is gone keeps its own count. */
  #unconfirmed = { count: 0 };
  #unheard = false;
  /** Grows while the server is silent, so that a dead one costs less and less. */
  #resendMs: number;
  #draining = false;
  #published = 0;
  #resent = 0;
  #acknowledged = 0;
  #liveDropped = 0;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#resendMs = this.#firstResendMs;
  }

  get figures(): PublisherFigures {
    return {
      connected: this.#client?.connected ?? false,
      published: this.#published,
      resent: this.#resent,
      acknowledged: this.#acknowledged,
      liveDropped: this.#liveDropped,
    };
  }

  /** Returns at once: a broker that is away is waited for. */
  start(): void {
    this.#unsubscribe = this.#options.outbox.onAppend(() => this.#bell.ring());
    this.#running = this.#run();
  }

  /** Gives what is in the outbox up to `flushMs` to arrive, then says that the box is offline. The rest stays on disk. */
  async stop(flushMs = 2_000): Promise<void> {
    this.#draining = true;
    const deadline = Date.now() + flushMs;
    while (
      this.#client?.connected === true &&
      this.#options.outbox.figures.rows > 0 &&
      Date.now() < deadline
    ) {
      await delay(20);
    }
    this.#stop.abort();
    this.#bell.ring();
    await this.#running;
    this.#unsubscribe?.();
  }

  /** Says the box's state anew, when a camera's state changed. */
  publishStatus(): void {
    const client = this.#client;
    if (client?.connected === true) {
      client.publish(topics.status(this.#options.box), JSON.stringify(this.#status(true)), {
        qos: 1,
        retain: true,
      });
    }
  }

  /** At most once: dropped and counted without a connection, or behind one that is too slow. */
  publishLive(camera: string, live: Live): void {
    const client = this.#client;
    if (client?.connected !== true || client.stream.writableLength > LIVE_BACKLOG_BYTES) {
      this.#liveDropped += 1;
      return;
    }
    client.publish(topics.live(this.#options.box, camera), JSON.stringify(live), { qos: 0 });
  }

  /** Whether somebody asked for this camera's preview and the lease still runs. */
  watched(camera: string): boolean {
    return this.#leases.watched(camera, performance.now());
  }

  get #firstResendMs(): number {
    return this.#options.resendMs ?? 10_000;
  }

  #status(online: boolean): Status {
    return { ...this.#options.status(), online, epoch: this.#options.outbox.epoch };
  }

  async #run(): Promise<void> {
    const { log, broker, box } = this.#options;
    let pauseMs = RECONNECT_MIN_MS;
    while (!this.#stop.signal.aborted) {
      try {
        const client = await connectToBroker(broker, box, this.#status(false), this.#stop.signal);
        log.info({ broker: broker.url }, "connected to the broker");
        pauseMs = RECONNECT_MIN_MS;
        await this.#serve(client);
      } catch (error) {
        if (this.#draining) break;
        log.warn({ err: error, pauseMs }, "the broker is away; events wait in the outbox");
      }
      if (this.#draining) break;
      const jittered = pauseMs * (0.5 + Math.random());
      await delay(jittered, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, RECONNECT_MAX_MS);
    }
  }

  /** Sends until the connection ends or we stop. */
  async #serve(client: MqttClient): Promise<void> {
    this.#flight.clear();
    this.#cursor = 0;
    this.#unconfirmed = { count: 0 };
    this.#unheard = false;
    client.on("close", () => this.#bell.ring());
    client.on("message", (topic, payload, packet) => this.#hear(topic, payload, packet.retain));
    client.on("packetreceive", (packet) => {
      if (packet.cmd === "puback") this.#heard(packet.reasonCode !== NO_MATCHING_SUBSCRIBERS);
    });
    this.#client = client;
    try {
      const controllers = this.#options.signals?.controllers.map(topics.signal) ?? [];
      await client.subscribeAsync([boxFilter(this.#options.box), ...controllers], { qos: 1 });
      this.publishStatus();
      while (client.connected && !this.#stop.signal.aborted) {
        this.#send(client);
        await this.#bell.wait(Math.min(Math.max(this.#flight.nextDueMs - performance.now(), 10), 1_000));
      }
    } finally {
      await this.#leave(client);
    }
  }

  async #leave(client: MqttClient): Promise<void> {
    this.#client = undefined;
    if (client.connected) {
      const offline = JSON.stringify(this.#status(false));
      const told = client.publishAsync(topics.status(this.#options.box), offline, { qos: 1, retain: true });
      // The last will says the same if this does not arrive.
      await Promise.race([told.catch(() => undefined), delay(1_000)]);
    }
    client.end(true);
  }

  #send(client: MqttClient): void {
    // Not the wall clock: it may be set back by an hour, and nothing would be sent again for as long.
    const nowMs = performance.now();
    const room = this.#unheard ? 1 : UNCONFIRMED - this.#unconfirmed.count;
    if (room <= 0) return;
    const due = this.#flight.due(nowMs, room);
    if (due.length > 0 && !this.#unheard) this.#resendMs = Math.min(this.#resendMs * 2, RESEND_MAX_MS);
    for (const sequence of due) {
      const row = this.#options.outbox.get(sequence);
      if (row === undefined) this.#flight.arrived([[sequence, sequence]]);
      else {
        this.#resent += 1;
        this.#publish(client, row, nowMs);
      }
    }
    if (this.#unheard && this.#flight.size > 0) return;
    const fresh = Math.min(room - due.length, UNACKNOWLEDGED - this.#flight.size);
    if (fresh <= 0) return;
    for (const row of this.#options.outbox.read(this.#cursor, fresh)) {
      this.#cursor = row.sequence;
      this.#publish(client, row, nowMs);
    }
  }

  #publish(client: MqttClient, row: OutboxRow, nowMs: number): void {
    this.#flight.sent(row.sequence, nowMs + this.#resendMs);
    const unconfirmed = this.#unconfirmed;
    unconfirmed.count += 1;
    this.#published += 1;
    client.publish(topics.event(this.#options.box, row.channel), row.payload, { qos: 1 }, () => {
      // Refused or lost with the connection counts as confirmed too: only the server's acknowledgement releases it.
      unconfirmed.count -= 1;
      if (unconfirmed.count <= UNCONFIRMED / 2) this.#bell.ring();
    });
  }

  /** The broker says with each PUBACK whether a server subscribes. */
  #heard(heard: boolean): void {
    if (!heard) this.#flight.postpone(performance.now() + UNHEARD_PAUSE_MS);
    this.#unheard = !heard;
  }

  #hear(topic: string, payload: Buffer, retained: boolean): void {
    const parsed = parseTopic(topic);
    if (!["ack", "watch", "resend", "signal"].includes(parsed?.kind ?? "")) return;
    const message = parseJson(payload);
    if (parsed?.kind === "signal") {
      const { signals, log } = this.#options;
      const heard = signals?.hear(parsed.controller, message, retained, performance.now(), Date.now());
      if (heard === false) log.warn({ topic }, "a signal controller is not understood");
    } else if (parsed?.kind === "ack" && ackValidator.Check(message)) this.#release(message);
    else if (parsed?.kind === "resend" && resendValidator.Check(message)) this.#sendAgain(message);
    else if (parsed?.kind === "watch" && watchValidator.Check(message)) {
      this.#leases.renew(parsed.camera, Date.parse(message.until) - Date.now(), performance.now());
    } else this.#options.log.warn({ topic }, "a message from the server is not understood");
  }

  /** A server misses these: what is held is due at once, what is gone is named. */
  #sendAgain(missing: SequenceRanges): void {
    const { outbox, box, log } = this.#options;
    const { held, gone } = answerResend(outbox, missing);
    const nowMs = performance.now();
    // What lies beyond the cursor is on its way without being asked for.
    for (const sequence of held) if (sequence <= this.#cursor) this.#flight.sent(sequence, nowMs);
    if (gone.length > 0) {
      log.warn({ epoch: missing.epoch, gone }, "a server misses events that are gone");
      const answer: SequenceRanges = { epoch: missing.epoch, ranges: gone };
      this.#client?.publish(topics.gone(box), JSON.stringify(answer), { qos: 1 });
    }
    this.#bell.ring();
  }

  #release(ack: Ack): void {
    if (ack.epoch !== this.#options.outbox.epoch) return;
    try {
      this.#acknowledged += this.#options.outbox.release(ack);
    } catch (error) {
      // The events stay, are sent again, and acknowledged again.
      if (!(error instanceof DiskFullError || error instanceof DatabaseFileError)) throw error;
      this.#options.log.error({ err: error }, "acknowledged events can't be let go of yet");
      return;
    }
    this.#flight.arrived(ack.ranges);
    this.#resendMs = this.#firstResendMs;
    this.#bell.ring();
  }
}

function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString());
  } catch {
    return undefined;
  }
}
