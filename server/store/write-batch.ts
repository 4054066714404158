// Stores a batch in one transaction: events once each, what is derived from them, what is due to be forwarded.
import { sql } from "kysely";
import type { StoredAlert } from "./alert.ts";
import { findAlerts } from "./alerts-repository.ts";
import { type CaseKind, searchPlate, type StoredCase } from "./case.ts";
import { announce } from "./announcement.ts";
import type { Database, Queries } from "./database.ts";
import type { StoredEvent } from "./events-repository.ts";
import type { EvidenceData, EvidenceFile } from "../../contract/evidence.ts";
import { findEvidence, insertEvidence, type NamedEvidence } from "./evidence.ts";
import { CROWD_ALERT, followAlerts } from "./follow-alerts.ts";
import type { DestinationsFor, NewForward } from "./forward.ts";
import type { NewEvent, Quarantined } from "./new-event.ts";
import { insertQuarantined } from "./quarantine.ts";
import { siteOf } from "./scope.ts";
import { queueForwards } from "./queue-forwards.ts";

/** What was new; a repeated event is stored already and appears in none of these. */
export interface Committed {
  /** How many events. */
  readonly stored: number;
  /** They themselves, read again from their bytes: only while these are valid. */
  readonly events: () => StoredEvent[];
  readonly cases: readonly StoredCase[];
  readonly alerts: readonly StoredAlert[];
  readonly forwards: number;
  /** Events whose sequence another event of their box has: in the quarantine. */
  readonly misplaced: number;
}

/** Parts the events of a batch in one parameter: no JSON holds it unescaped (RFC 8259 §7). */
export const RECORD_SEPARATOR = 0x1e;

export interface NewBatch {
  readonly events: readonly NewEvent[];
  readonly quarantined: readonly Quarantined[];
  /** The payloads of all events, in order, a record separator between two; where they lie so in memory, they aren't copied. */
  readonly together?: Buffer | undefined;
}

/** Rejects with the driver's error, having stored nothing. */
export async function writeBatch(
  db: Database,
  batch: NewBatch,
  destinationsFor: DestinationsFor,
): Promise<Committed> {
  return db.transaction().execute(async (trx) => {
    const { ids, positions, receivedAt } = await insertEvents(trx, batch);
    const [fresh, others] = parted(firstOfEach(batch.events), ({ id }) => ids.has(id));
    const misplaced = await misplacedOf(trx, others);
    await insertQuarantined(trx, [...batch.quarantined, ...misplaced]);
    const cases = await insertCases(trx, fresh);
    await insertEvidence(trx, packagesOf(fresh));
    const alertIds = await followAlerts(trx, fresh);
    const forwards = await queueForwards(trx, dueAtOnce(fresh), destinationsFor);
    const alerts = await findAlerts(trx, alertIds);
    await announce(trx, { positions, alerts: alertIds });
    const events = (): StoredEvent[] =>
      fresh.map(({ id, box, camera, event }) => ({ id, box, camera, receivedAt, event }));
    return { stored: fresh.length, events, cases, alerts, forwards, misplaced: misplaced.length };
  });
}

/** A batch may hold an event twice: sent again meanwhile. */
function firstOfEach(events: readonly NewEvent[]): NewEvent[] {
  const seen = new Set<string>();
  return events.filter(({ id }) => !seen.has(id) && seen.add(id));
}

function parted<T>(all: readonly T[], belongs: (one: T) => boolean): [T[], T[]] {
  return [all.filter(belongs), all.filter((one) => !belongs(one))];
}

/** What was not inserted is stored already, or its place in the order is taken by another event. */
async function misplacedOf(trx: Queries, others: readonly NewEvent[]): Promise<Quarantined[]> {
  if (others.length === 0) return [];
  const ids = others.map(({ id }) => id);
  const known = await trx.selectFrom("events").select("id").where("id", "in", ids).execute();
  const stored = new Set(known.map(({ id }) => id));
  return others
    .filter(({ id }) => !stored.has(id))
    .map(({ box, epoch, sequence, payload }) => ({
      topic: `event of ${box}`,
      reason: `sequence: ${sequence} of epoch ${epoch} is another event's`,
      payload,
    }));
}

interface Inserted {
  readonly ids: ReadonlySet<string>;
  readonly positions: readonly number[];
  readonly receivedAt: Date;
}

/** Answered in one row: a row for each event would cost as much to read as the event. */
async function insertEvents(trx: Queries, { events, together }: NewBatch): Promise<Inserted> {
  const nothing = { ids: new Set<string>(), positions: [], receivedAt: new Date() };
  if (events.length === 0) return nothing;
  const column = <T>(of: (event: NewEvent) => T): T[] => events.map(of);
  const { rows } = await sql<{ ids: string | null; positions: string | null; receivedAt: Date | null }>`
    WITH inserted AS (
      INSERT INTO events (id, box, camera, epoch, sequence, type, source, subject, time, event)
      SELECT * FROM unnest(
        ${column(({ id }) => id)}::uuid[], ${column(({ box }) => box)}::text[],
        ${column(({ camera }) => camera)}::text[], ${column(({ epoch }) => epoch)}::text[],
        ${column(({ sequence }) => sequence)}::bigint[], ${column(({ type }) => type)}::text[],
        ${column(({ source }) => source)}::text[], ${column(({ subject }) => subject)}::text[],
        ${column(({ time }) => time)}::timestamptz[],
        string_to_array(convert_from(${together ?? joined(events)}::bytea, 'UTF8'), E'\\x1e')::jsonb[]
      )
      ON CONFLICT DO NOTHING
      RETURNING id, position, received_at
    )
    SELECT string_agg(id::text, ' ') AS ids, string_agg(position::text, ' ') AS positions,
      max(received_at) AS received_at
    FROM inserted`.execute(trx);
  const { ids, positions, receivedAt } = rows[0] ?? { ids: null, positions: null, receivedAt: null };
  if (ids === null || positions === null || receivedAt === null) return nothing;
  return { ids: new Set(ids.split(" ")), positions: positions.split(" ").map(Number), receivedAt };
}

function joined(events: readonly NewEvent[]): Buffer {
  const separator = Buffer.of(RECORD_SEPARATOR);
  return Buffer.concat(events.flatMap(({ payload }) => [separator, payload]).slice(1));
}

const caseKinds: Readonly<Record<string, CaseKind>> = {
  "vn.ngatu.traffic.case.v1": "traffic",
  "vn.ngatu.face.match.v1": "face",
};

async function insertCases(trx: Queries, fresh: readonly NewEvent[]): Promise<StoredCase[]> {
  const cases = fresh.flatMap((one): StoredCase[] => {
    const { id, type, time, box, camera } = one;
    const kind = caseKinds[type];
    if (kind === undefined) return [];
    const { event } = one;
    const { rule } = event.data as { rule: string };
    const undecided = { reason: undefined, decidedAt: undefined, decidedBy: undefined, confirmations: 0 };
    const unseen = { review: undefined, correctedPlate: undefined, correctedClass: undefined };
    return [
      {
        id,
        kind,
        box,
        camera,
        rule,
        site: siteOf(event.source),
        time: new Date(time),
        state: "new",
        version: 0,
        event,
        evidence: [],
        ...undecided,
        ...unseen,
      },
    ];
  });
  if (cases.length > 0) {
    const rows = cases.map(({ id, kind, box, camera, rule, site, time, event }) => ({
      ...{ id, kind, box, camera, rule, site, time },
      plate: plateOf(event.data),
    }));
    await trx.insertInto("cases").values(rows).execute();
  }
  return withEvidence(trx, cases);
}

/** As it is searched for. */
function plateOf(data: unknown): string | null {
  const { plate } = data as { plate?: { text?: unknown } };
  return typeof plate?.text === "string" ? searchPlate(plate.text) : null;
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

/** Packages of cases are told of some seconds after their cases, perhaps in an earlier batch of another server. */
function packagesOf(fresh: readonly NewEvent[]): NamedEvidence[] {
  return fresh.flatMap(({ event, box }) => {
    if (event.type !== "vn.ngatu.evidence.v1") return [];
    const { case: caseId, files } = event.data as EvidenceData;
    return [{ caseId, box, files }];
  });
}

/** Crowd alerts and incidents when they open. Cases and matches are not here: they wait for a person. */
function dueAtOnce(fresh: readonly NewEvent[]): NewForward[] {
  return fresh.flatMap((one): NewForward[] => {
    const kind = kindsDueAtOnce[one.type];
    if (kind === undefined) return [];
    const { event } = one;
    const { state } = event.data as { state?: string };
    const opens = state === "opened" || (kind === "incident" && state === undefined);
    return opens ? [{ eventId: one.id, kind, event }] : [];
  });
}

const kindsDueAtOnce: Readonly<Record<string, "crowd-alert" | "incident">> = {
  [CROWD_ALERT]: "crowd-alert",
  "vn.ngatu.incident.v1": "incident",
};
