// A subscriber that does nothing with what it gets: with it the broker's own speed is measured.
import { readFileSync } from "node:fs";
import mqtt from "mqtt";
import { SERVER_FILTERS } from "../../../contract/topics.ts";
import type { BrokerAccess } from "../../../server/broker.ts";

const access = JSON.parse(process.argv[2] ?? "{}") as BrokerAccess;
const client = await mqtt.connectAsync(access.url, {
  protocolVersion: 5,
  username: access.username,
  password: readFileSync(access.passwordFile, "utf8"),
  properties: { receiveMaximum: 2_000 },
});
let received = 0;
client.on("message", () => {
  received += 1;
});
await client.subscribeAsync(SERVER_FILTERS.events, { qos: 1 });
setInterval(() => process.stdout.write(`${received}\n`), 20);
