// Crowd alerts follow their events: opened, updated, closed, in whatever order they are stored.
import { sql } from "kysely";
import type { Queries } from "./database.ts";
import type { NewEvent } from "./new-event.ts";
import { siteOf } from "./scope.ts";

export const CROWD_ALERT = "vn.ngatu.crowd.alert.v1";

/** A subject of one box, and the first of the new events about it. */
interface Life {
  readonly box: string;
  readonly epoch: string;
  readonly subject: string;
  first: number;
}

/**
 * An alert reaches from its opening event to the next opening of the same box, epoch and subject; the last event in
 * between gives it its state. Servers that store parts of one life at the same time wait for each other here.
 * Returns the ids of alerts that are new or changed.
 */
export async function followAlerts(trx: Queries, fresh: readonly NewEvent[]): Promise<string[]> {
  const events = fresh.filter(({ type }) => type === CROWD_ALERT);
  if (events.length === 0) return [];
  const lives = livesOf(events);
  await lock(trx, lives);
  const opened = events.filter(({ event }) => (event.data as { state: string }).state === "opened");
  if (opened.length > 0) await trx.insertInto("alerts").values(opened.map(toRow)).execute();
  const changed = await applyLatest(trx, lives);
  return [...new Set([...opened.map(({ id }) => id), ...changed])];
}

function livesOf(events: readonly NewEvent[]): Life[] {
  const lives = new Map<string, Life>();
  for (const { box, epoch, subject, sequence } of events) {
    const key = `${box} ${epoch} ${subject}`;
    const life = lives.get(key);
    if (life === undefined) {
      lives.set(key, { box, epoch, subject, first: sequence });
    } else life.first = Math.min(life.first, sequence);
  }
  // In one order everywhere, so that two servers never wait for each other in a circle.
  return [...lives.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, life]) => life);
}

/** Until the end of the transaction; each statement after it sees what the others have committed. */
async function lock(trx: Queries, lives: readonly Life[]): Promise<void> {
  const keys = lives.map(({ box, epoch, subject }) => `${box} ${epoch} ${subject}`);
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(${keys}::text[]) AS key`.execute(
    trx,
  );
}

function toRow({ id, box, camera, epoch, subject, sequence, time, event }: NewEvent) {
  const { rule, zone, persons } = event.data as { rule: string; zone?: string; persons: number };
  return {
    ...{ id, box, camera, epoch, subject, rule, persons },
    openedSequence: String(sequence),
    site: siteOf(event.source),
    zone: zone ?? null,
    state: "opened" as const,
    openedAt: new Date(time),
    changedAt: new Date(time),
    eventId: id,
  };
}

/** Looks anew at the alert that was open before the first new event, and at all after it. */
async function applyLatest(trx: Queries, lives: readonly Life[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    WITH life AS (
      SELECT * FROM unnest(
        ${lives.map(({ box }) => box)}::text[], ${lives.map(({ epoch }) => epoch)}::text[],
        ${lives.map(({ subject }) => subject)}::text[], ${lives.map(({ first }) => first)}::bigint[]
      ) AS life (box, epoch, subject, first)
    ), spans AS (
      SELECT alerts.id, alerts.box, alerts.epoch, alerts.subject, alerts.opened_sequence,
        lead(alerts.opened_sequence, 1, 9223372036854775807)
          OVER (PARTITION BY alerts.box, alerts.epoch, alerts.subject ORDER BY alerts.opened_sequence) AS next_opened
      FROM alerts JOIN life USING (box, epoch, subject)
      WHERE alerts.opened_sequence >= coalesce((
        SELECT max(opened_sequence) FROM alerts AS earlier
        WHERE earlier.box = life.box AND earlier.epoch = life.epoch AND earlier.subject = life.subject
          AND earlier.opened_sequence < life.first
      ), 0)
    )
    UPDATE alerts SET state = last.state, changed_at = last.time, persons = last.persons, event_id = last.event_id
    FROM spans CROSS JOIN LATERAL (
      SELECT id AS event_id, time, event->'data'->>'state' AS state, (event->'data'->>'persons')::float8 AS persons
      FROM events
      WHERE type = ${sql.lit(CROWD_ALERT)} AND box = spans.box AND epoch = spans.epoch AND subject = spans.subject
        AND sequence >= spans.opened_sequence AND sequence < spans.next_opened
      ORDER BY sequence DESC LIMIT 1
    ) AS last
    WHERE alerts.id = spans.id AND alerts.event_id <> last.event_id
    RETURNING alerts.id`.execute(trx);
  return rows.map((row) => row.id);
}
