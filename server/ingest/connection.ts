// A server's connection to the broker: MQTT 5, made again by the library whenever it ends.
import { readFileSync } from "node:fs";
import mqtt, { type MqttClient } from "mqtt";
import type { Logger } from "pino";

export interface BrokerAddress {
  readonly url: string;
  readonly username?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly caFile?: string | undefined;
}

const RECONNECT_MS = 500;
/** Messages on their way to us at once: below this the broker, not we, would limit the batches. */
const RECEIVE_MAXIMUM = 2_000;

/**
 * Returns at once; subscribes at each connection. A broker that is away is tried again for ever, and logged once.
 * Nothing of ours is kept for it meanwhile.
 */
export function connect(
  address: BrokerAddress,
  filters: readonly string[],
  qos: 0 | 1,
  log: Logger,
): MqttClient {
  const client = mqtt.connect(address.url, {
    protocolVersion: 5,
    clean: true,
    reconnectPeriod: RECONNECT_MS,
    // A password that was changed is refused; it may be changed back.
    reconnectOnConnackError: true,
    resubscribe: false,
    connectTimeout: 10_000,
    keepalive: 15,
    queueQoSZero: false,
    properties: { receiveMaximum: RECEIVE_MAXIMUM },
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.passwordFile === undefined
      ? {}
      : { password: readFileSync(address.passwordFile, "utf8").trim() }),
    ...(address.caFile === undefined ? {} : { ca: readFileSync(address.caFile) }),
  });
  let away = false;
  client.on("connect", () => {
    away = false;
    if (filters.length === 0) return;
    client.subscribe([...filters], { qos }, (error) => {
      // Without its subscriptions the connection is worth nothing: make it again.
      if (error !== null) {
        log.error({ err: error, filters }, "the broker refuses a subscription");
        client.stream.destroy();
      }
    });
  });
  client.on("close", () => {
    if (!away) log.warn({ broker: address.url }, "no connection to the broker");
    away = true;
  });
  client.on("error", (error) => log.debug({ err: error }, "broker connection"));
  return client;
}
