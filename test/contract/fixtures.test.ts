// Every event type as it was first released is still ingested, and what this release doesn't know survives the way.
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Channel, type Envelope, EVENT_TYPES, isKnownType } from "../../contract/event.ts";
import { topics } from "../../contract/topics.ts";
import { readMessage } from "../../server/ingest/message.ts";
import { writeBatch } from "../../server/store/write-batch.ts";
import { EVERY_EVENT } from "../../server/store/scope.ts";
import { startApi, type TestApi } from "../server/api/start-api.ts";

const folder = new URL("../../contract/fixtures/v1/", import.meta.url);
const released = readdirSync(folder).map((name) => ({
  name,
  event: JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Envelope,
}));

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

/** As a box sends it: read from its topic, stored, read again. */
async function roundTrip(event: Envelope, channel: Channel): Promise<Envelope | undefined> {
  const [, , box = ""] = event.source.split("/");
  const message = readMessage(topics.event(box, channel), Buffer.from(JSON.stringify(event)), Date.now());
  expect(message.ok ? "" : message.reason).toBe("");
  if (!message.ok) return undefined;
  await writeBatch(api.db, { events: [message.event], quarantined: [] }, () => []);
  return (await api.repositories.events.get(event.id, EVERY_EVENT))?.event;
}

test("every event type has a released form", () => {
  expect(released.map(({ event }) => event.type).sort()).toEqual(Object.keys(EVENT_TYPES).sort());
});

test.each(released)("$name is stored and read back as it was released", async ({ event }) => {
  if (!isKnownType(event.type)) throw new Error(`${event.type} is no type of ours`);
  expect(await roundTrip(event, EVENT_TYPES[event.type].channel)).toEqual(event);
});

test("keys and types of a newer box come out as they went in", async () => {
  const first = released.find(({ event }) => event.type === "vn.ngatu.traffic.case.v1");
  if (first === undefined) throw new Error("no released case");
  const newer = {
    ...first.event,
    id: "0197f2a4-1c00-7fff-8000-0123456789ab",
    sequence: 100,
    mood: { of: ["the", "day"] },
    data: { ...(first.event.data as object), weather: { rain_mm: 3 } },
  };
  const unknown = {
    ...newer,
    id: "0197f2a4-1c00-7ffe-8000-0123456789ab",
    sequence: 101,
    type: "vn.ngatu.parking.v2",
    data: [{ bay: 7 }],
  };
  expect(await roundTrip(newer, "traffic")).toEqual(newer);
  expect(await roundTrip(unknown, "traffic")).toEqual(unknown);
  const served = await api.inject({ url: "/api/v1/events?type=vn.ngatu.parking.v2" });
  expect(served.json<{ items: { data: unknown }[] }>().items.map(({ data }) => data)).toEqual([unknown.data]);
  const found = await api.inject({ url: `/api/v1/cases/${newer.id}` });
  expect(found.json<{ event: unknown }>().event).toEqual(newer);
});
