// Example events of one box, and their rows, as ingest would have written them.
import { v7 } from "uuid";
import type { Envelope } from "../../contract/event.ts";
import type { Status } from "../../contract/messages.ts";
import type { Feed } from "../../server/alert/feed.ts";
import type { Database } from "../../server/store/database.ts";
import { NewEvent } from "../../server/store/new-event.ts";
import { writeBatch } from "../../server/store/write-batch.ts";

export const BOX = "hop-so-1";
const EPOCH = "0123456789abcdef";
let sequence = 0;

const rule = { rule_version: 1, scene_hash: "s", model_hashes: {}, because: {}, t_ms: 1000 };

/** `time` as on the wire; `data` beside the keys that every rule's event has. */
export function exampleEvent(
  type: string,
  camera: string,
  data: Record<string, unknown>,
  { time = new Date().toISOString(), subject }: { time?: string | undefined; subject?: string } = {},
): Envelope {
  sequence += 1;
  return {
    specversion: "1.0",
    id: v7(),
    source: `/binh-duong/${BOX}/${camera}`,
    type,
    subject: subject ?? `${camera}/${sequence}`,
    time,
    sequence,
    epoch: EPOCH,
    data: { ...rule, camera, ...data },
  };
}

/** Stores events as ingest does, with what follows from them, and tells a feed if there is one. */
export async function store(db: Database, events: readonly Envelope[], feed?: Feed): Promise<void> {
  const fresh = events.map((event) => new NewEvent(event, Buffer.from(JSON.stringify(event))));
  const committed = await writeBatch(db, { events: fresh, quarantined: [] }, () => ["ioc"]);
  for (const event of committed.events()) feed?.emit({ kind: "event", event });
  for (const row of committed.cases) feed?.emit({ kind: "case", case: row });
  for (const alert of committed.alerts) feed?.emit({ kind: "alert", alert });
}

export const exampleStatus: Status = {
  online: true,
  epoch: EPOCH,
  version: "0.1.0",
  contract: [1, 1],
  site: "binh-duong",
  cameras: [
    { name: "nga-tu", state: "running", products: ["traffic"], place: { name: "Ngã tư Số 1" } },
    {
      name: "quang-truong",
      state: "running",
      products: ["crowd"],
      place: { name: "Quảng trường trung tâm" },
    },
    { name: "cong-vao", state: "running", products: ["face"], place: { name: "Cổng vào toà nhà" } },
  ],
};
