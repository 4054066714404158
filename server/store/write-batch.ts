// Stores a batch in one transaction: events once each, what is derived from them, what is due to be forwarded.
import { sql } from "kysely";
import type { StoredAlert } from "./alert.ts";
import { findAlerts } from "./alerts-repository.ts";
import type { CaseKind, StoredCase } from "./case.ts";
import { announce } from "./announcement.ts";
import type { Database, Queries } from "./database.ts";
import type { StoredEvent } from "./events-repository.ts";
import type { EvidenceFile } from "../../contract/evidence.ts";
import { findEvidence, insertEvidence } from "./evidence.ts";
import { CROWD_ALERT, followAlerts } from "./follow-alerts.ts";
import type { DestinationsFor, NewForward } from "./forward.ts";
import type { NewEvent, Quarantined } from "./new-event.ts";
import { insertQuarantined } from "./quarantine.ts";
import { queueForwards } from "./queue-forwards.ts";

/** What was new; a repeated event is stored already and appears in none of these. */
export interface Committed {
  readonly events: readonly StoredEvent[];
  readonly cases: readonly StoredCase[];
  readonly alerts: readonly StoredAlert[];
  readonly forwards: number;
  /** Events whose sequence another event of their box has: in the quarantine. */
  readonly misplaced: number;
}

/** Parts the events of a batch in one parameter: no JSON holds it unescaped (RFC 8259 §7). */
const RECORD_SEPARATOR = "\u001e";

/** Rejects with the driver's error, having stored nothing. */
export async function writeBatch(
  db: Database,
  batch: { readonly events: readonly NewEvent[]; readonly quarantined: readonly Quarantined[] },
  destinationsFor: DestinationsFor,
): Promise<Committed> {
  return db.transaction().execute(async (trx) => {
    const stored = await insertEvents(trx, batch.events);
    const [fresh, others] = parted(firstOfEach(batch.events), ({ event }) => stored.has(event.id));
    const misplaced = await misplacedOf(trx, others);
    await insertQuarantined(trx, [...batch.quarantined, ...misplaced]);
    const cases = await insertCases(trx, fresh);
    const alertIds = await followAlerts(trx, fresh);
    const forwards = await queueForwards(trx, dueAtOnce(fresh), destinationsFor);
    const alerts = await findAlerts(trx, alertIds);
    await announce(trx, {
      positions: [...stored.values()].map(({ position }) => position),
      alerts: alertIds,
    });
    const events = fresh.map(({ event, box, camera }) => ({
      id: event.id,
      box,
      camera,
      receivedAt: stored.get(event.id)?.receivedAt ?? new Date(),
      event,
    }));
    return { events, cases, alerts, forwards, misplaced: misplaced.length };
  });
}

/** A batch may hold an event twice: sent again meanwhile. */
function firstOfEach(events: readonly NewEvent[]): NewEvent[] {
  const seen = new Set<string>();
  return events.filter(({ event }) => !seen.has(event.id) && seen.add(event.id));
}

function parted<T>(all: readonly T[], belongs: (one: T) => boolean): [T[], T[]] {
  return [all.filter(belongs), all.filter((one) => !belongs(one))];
}

/** What was not inserted is stored already, or its place in the order is taken by another event. */
async function misplacedOf(trx: Queries, others: readonly NewEvent[]): Promise<Quarantined[]> {
  if (others.length === 0) return [];
  const ids = others.map(({ event }) => event.id);
  const known = await trx.selectFrom("events").select("id").where("id", "in", ids).execute();
  const stored = new Set(known.map(({ id }) => id));
  return others
    .filter(({ event }) => !stored.has(event.id))
    .map(({ box, event, text }) => ({
      topic: `event of ${box}`,
      reason: `sequence: ${event.sequence} of epoch ${event.epoch} is another event's`,
      payload: Buffer.from(text),
    }));
}

interface Stored {
  readonly position: number;
  readonly receivedAt: Date;
}

async function insertEvents(trx: Queries, events: readonly NewEvent[]): Promise<Map<string, Stored>> {
  if (events.length === 0) return new Map();
  const column = <T>(of: (event: NewEvent) => T): T[] => events.map(of);
  const { rows } = await sql<{ id: string; position: string; receivedAt: Date }>`
    INSERT INTO events (id, box, camera, epoch, sequence, type, source, subject, time, event)
    SELECT * FROM unnest(
      ${column(({ event }) => event.id)}::uuid[], ${column(({ box }) => box)}::text[],
      ${column(({ camera }) => camera)}::text[], ${column(({ event }) => event.epoch)}::text[],
      ${column(({ event }) => event.sequence)}::bigint[], ${column(({ event }) => event.type)}::text[],
      ${column(({ event }) => event.source)}::text[], ${column(({ event }) => event.subject)}::text[],
      ${column(({ event }) => event.time)}::timestamptz[],
      string_to_array(${column(({ text }) => text).join(RECORD_SEPARATOR)}::text, ${RECORD_SEPARATOR}::text)::jsonb[]
    )
    ON CONFLICT DO NOTHING
    RETURNING id, position, received_at`.execute(trx);
  return new Map(
    rows.map(({ id, position, receivedAt }) => [id, { position: Number(position), receivedAt }]),
  );
}

const caseKinds: Readonly<Record<string, CaseKind>> = {
  "vn.ngatu.traffic.case.v1": "traffic",
  "vn.ngatu.face.match.v1": "face",
};

async function insertCases(trx: Queries, fresh: readonly NewEvent[]): Promise<StoredCase[]> {
  const cases = fresh.flatMap(({ event, box, camera }): StoredCase[] => {
    const kind = caseKinds[event.type];
    if (kind === undefined) return [];
    const { rule } = event.data as { rule: string };
    const nothing = { reason: undefined, decidedAt: undefined, decidedBy: undefined };
    return [
      {
        id: event.id,
        kind,
        box,
        camera,
        rule,
        time: new Date(event.time),
        state: "new",
        version: 0,
        event,
        evidence: [],
        ...nothing,
      },
    ];
  });
  if (cases.length > 0) {
    const rows = cases.map(({ id, kind, box, camera, rule, time }) => ({
      id,
      kind,
      box,
      camera,
      rule,
      time,
    }));
    await trx.insertInto("cases").values(rows).execute();
  }
  return withEvidence(trx, cases);
}

/** Files named by traffic cases; a face match has none. */
async function withEvidence(trx: Queries, cases: readonly StoredCase[]): Promise<StoredCase[]> {
  const named = cases.flatMap(({ id, kind, box, event }) => {
    const { evidence } = event.data as { evidence?: EvidenceFile[] };
    return kind === "traffic" && evidence !== undefined ? [{ caseId: id, box, files: evidence }] : [];
  });
  if (named.length === 0) return [...cases];
  await insertEvidence(trx, named);
  const found = await findEvidence(
    trx,
    named.map(({ caseId }) => caseId),
  );
  return cases.map((one) => ({ ...one, evidence: found.get(one.id) ?? [] }));
}

/** Crowd alerts and incidents when they open. Cases and matches are not here: they wait for a person. */
function dueAtOnce(fresh: readonly NewEvent[]): NewForward[] {
  return fresh.flatMap(({ event }): NewForward[] => {
    const { state } = event.data as { state?: string };
    if (event.type === CROWD_ALERT && state === "opened")
      return [{ eventId: event.id, kind: "crowd-alert", event }];
    if (event.type === "vn.ngatu.incident.v1" && (state === undefined || state === "opened")) {
      return [{ eventId: event.id, kind: "incident", event }];
    }
    return [];
  });
}
