// One MQTT 5 connection of a box: made afresh each time, so that nothing of an old one is sent again behind our back.
import { readFileSync } from "node:fs";
import mqtt, { type MqttClient } from "mqtt";
import type { Status } from "../../contract/messages.ts";
import { topics } from "../../contract/topics.ts";

export interface BrokerAddress {
  readonly url: string;
  readonly username?: string | undefined;
  /** Read at each connection, so that a new password needs no restart. */
  readonly passwordFile?: string | undefined;
  readonly caFile?: string | undefined;
}

/** The broker can't be reached, refuses us, or did not answer in time. */
export class BrokerAwayError extends Error {
  override readonly name = "BrokerAwayError";
}

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Connects with clean start, the offline status as last will; an aborted signal ends the attempt at once. Throws {@link BrokerAwayError}, and the file system's
 * error when the password or certificate file can't be read.
 */
export async function connectToBroker(
  address: BrokerAddress,
  box: string,
  offline: Status,
  signal: AbortSignal,
): Promise<MqttClient> {
  signal.throwIfAborted();
  const client = mqtt.connect(address.url, {
    protocolVersion: 5,
    clean: true,
    reconnectPeriod: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepalive: 15,
    properties: { receiveMaximum: 256 },
    will: { topic: topics.status(box), payload: Buffer.from(JSON.stringify(offline)), qos: 1, retain: true },
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.passwordFile === undefined
      ? {}
      : { password: readFileSync(address.passwordFile, "utf8").trim() }),
    ...(address.caFile === undefined ? {} : { ca: readFileSync(address.caFile) }),
  });
  // Faults of a connection end in `close`; without a listener they would end the process.
  client.on("error", () => undefined);
  const stop = (): void => {
    client.end(true);
  };
  signal.addEventListener("abort", stop);
  try {
    await new Promise<void>((resolve, reject) => {
      client.once("connect", () => resolve());
      client.once("error", reject);
      client.once("close", () => reject(new BrokerAwayError(`${address.url} does not answer`)));
    });
    return client;
  } catch (cause) {
    client.end(true);
    if (cause instanceof BrokerAwayError) throw cause;
    throw new BrokerAwayError(`${address.url}: ${(cause as Error).message}`, { cause });
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
