// Reads events from the shared subscription, over several connections, into the intake.
import type { MqttClient } from "mqtt";
import type { Logger } from "pino";
import { SERVER_FILTERS } from "../../contract/topics.ts";
import { type BrokerAddress, connect } from "./connection.ts";
import type { Intake } from "./intake.ts";

export interface ReaderOptions {
  readonly broker: BrokerAddress;
  readonly intake: Intake;
  /** While true, a full intake drops instead of making the broker wait. */
  readonly databaseAway: () => boolean;
  /** Default 2. */
  readonly connections?: number | undefined;
  readonly log: Logger;
}

export class Reader {
  readonly #options: ReaderOptions;
  #clients: MqttClient[] = [];
  /** Streams whose confirmations wait for the end of this turn of the event loop. */
  readonly #gathering = new Set<MqttClient["stream"]>();
  #received = 0;
  #dropped = 0;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  get figures(): { received: number; dropped: number; connected: number } {
    return {
      received: this.#received,
      dropped: this.#dropped,
      connected: this.#clients.filter((client) => client.connected).length,
    };
  }

  start(): void {
    const { broker, log, intake, connections = 2 } = this.#options;
    this.#clients = Array.from({ length: connections }, () => {
      const client = connect(broker, [SERVER_FILTERS.events], 1, log);
      // The callback confirms to the broker (PUBACK) and lets the next message come: at once, since only our own
      // acknowledgement after the commit counts. Held back while the intake is full, it slows the broker down.
      client.handleMessage = ({ topic, payload }, callback) => {
        this.#gatherConfirmations(client);
        // What was dropped takes no room: waiting for some would hold up the broker's pings until the database is back.
        if (this.#take(topic, typeof payload === "string" ? Buffer.from(payload) : payload))
          intake.whenRoom(() => callback());
        else callback();
      };
      return client;
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.endAsync(true)));
    this.#options.intake.release();
  }

  /** What came together is confirmed together: one write for a chunk of messages, instead of one each. */
  #gatherConfirmations({ stream }: MqttClient): void {
    if (this.#gathering.has(stream)) return;
    this.#gathering.add(stream);
    stream.cork();
    setImmediate(() => {
      this.#gathering.delete(stream);
      stream.uncork();
    });
  }

  /** False when the message was dropped: it is never acknowledged, and its box sends it again. */
  #take(topic: string, payload: Buffer): boolean {
    const { intake, databaseAway } = this.#options;
    this.#received += 1;
    if (intake.full && databaseAway()) {
      this.#dropped += 1;
      return false;
    }
    intake.put({ topic, payload });
    return true;
  }
}
