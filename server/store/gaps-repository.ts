// Gaps in the order of each outbox: which sequences are missing, and which its box says are gone for good.
import { sql } from "kysely";
import type { Database } from "./database.ts";

/** Inclusive. */
export type SequenceRange = [from: number, to: number];

export interface OutboxName {
  readonly box: string;
  readonly epoch: string;
}

/** One outbox as it is stored: what of its order is not. */
export interface OutboxOrder {
  readonly epoch: string;
  /** The highest sequence stored. */
  readonly storedTo: number;
  /** Not stored, and perhaps still on its way or held by the box; at most 100 ranges, ascending. */
  readonly missing: readonly SequenceRange[];
  /** Never to come: the box had them no longer when it was asked. At most the last 100 answers, ascending. */
  readonly gone: readonly SequenceRange[];
}

export type GapsRepository = ReturnType<typeof createGapsRepository>;

/** Rows looked at in one go; a longer history is caught up with over several looks. */
const WINDOW = 50_000;
const MOST_RANGES = 100;
/** Each new disk of a box makes one. */
const MOST_EPOCHS = 20;

export function createGapsRepository(db: Database) {
  return {
    /** The outboxes that boxes which are online write to now. */
    async online(): Promise<OutboxName[]> {
      const { rows } = await sql<OutboxName>`
        SELECT box, status->>'epoch' AS epoch FROM boxes WHERE online AND status->>'epoch' IS NOT NULL`.execute(
        db,
      );
      return rows;
    },

    /**
     * Sequences missing below one that was stored `settledMs` ago or earlier, ascending, at most 100 ranges. What is
     * younger may still be on its way by another server.
     */
    async missing(outbox: OutboxName, settledMs: number): Promise<SequenceRange[]> {
      return (await look(db, outbox, settledMs)).missing;
    },

    /** As {@link missing}, and keeps how far all is stored and how many are not. */
    async look(outbox: OutboxName, settledMs: number): Promise<SequenceRange[]> {
      const { missing, wholeTo } = await look(db, outbox, settledMs);
      if (wholeTo !== undefined) await keep(db, outbox, wholeTo, missing);
      return missing;
    },

    /** How many sequences were missing at the last look; a box without any is absent. */
    async missingByBox(): Promise<Map<string, number>> {
      const { rows } = await sql<{ box: string; missing: string }>`
        SELECT box, sum(missing) AS missing FROM outboxes WHERE missing > 0 GROUP BY box`.execute(db);
      return new Map(rows.map(({ box, missing }) => [box, Number(missing)]));
    },

    /** Of every epoch of a box, the latest 20 of which something was stored last first. */
    async orders(box: string): Promise<OutboxOrder[]> {
      const epochs = await epochsOf(db, box);
      return Promise.all(
        epochs.map(async ({ epoch, storedTo }) => ({
          epoch,
          storedTo: Number(storedTo),
          missing: (await look(db, { box, epoch }, 0)).missing,
          gone: await goneOf(db, { box, epoch }),
        })),
      );
    },

    /** The box has them no longer: dropped from a full outbox, or acknowledged to a database that was lost. */
    async gone({ box, epoch }: OutboxName, ranges: readonly SequenceRange[]): Promise<void> {
      if (ranges.length === 0) return;
      await sql`
        INSERT INTO gone_sequences (box, epoch, from_sequence, to_sequence)
        SELECT ${box}, ${epoch}, * FROM unnest(
          ${ranges.map(([from]) => from)}::bigint[], ${ranges.map(([, to]) => to)}::bigint[]
        ) ON CONFLICT DO NOTHING`.execute(db);
    },
  };
}

async function look(
  db: Database,
  { box, epoch }: OutboxName,
  settledMs: number,
): Promise<{ missing: SequenceRange[]; wholeTo: string | undefined }> {
  const { rows } = await sql<{ from: string; to: string; settled: boolean; wholeTo: string }>`
    WITH mark AS (
      SELECT coalesce(max(whole_to), 0) AS at FROM outboxes WHERE box = ${box} AND epoch = ${epoch}
    ), stored AS (
      SELECT sequence, received_at FROM events
      WHERE box = ${box} AND epoch = ${epoch} AND sequence > (SELECT at FROM mark)
      ORDER BY sequence LIMIT ${WINDOW}
    ), known AS (
      SELECT sequence AS first, sequence AS last, received_at FROM stored
      UNION ALL
      SELECT from_sequence, to_sequence, told_at FROM gone_sequences
      WHERE box = ${box} AND epoch = ${epoch} AND to_sequence > (SELECT at FROM mark)
    ), ordered AS (
      SELECT first, received_at, coalesce(
        max(last) OVER (ORDER BY first, last ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
        (SELECT at FROM mark)
      ) AS previous
      FROM known
    )
    SELECT previous + 1 AS "from", first - 1 AS "to", previous AS whole_to,
      received_at < now() - ${settledMs} * interval '1 millisecond' AS settled
    FROM ordered WHERE first > previous + 1
    UNION ALL
    SELECT NULL, NULL, max(last), false FROM known HAVING count(*) > 0
    ORDER BY "from" NULLS LAST LIMIT ${MOST_RANGES}`.execute(db);
  const missing = rows
    .filter(({ settled }) => settled)
    .map(({ from, to }): SequenceRange => [Number(from), Number(to)]);
  return { missing, wholeTo: rows[0]?.wholeTo };
}

async function keep(
  db: Database,
  { box, epoch }: OutboxName,
  wholeTo: string,
  missing: readonly SequenceRange[],
): Promise<void> {
  const count = missing.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  await sql`
    INSERT INTO outboxes (box, epoch, whole_to, missing, looked_at)
    VALUES (${box}, ${epoch}, ${wholeTo}, ${count}, now())
    ON CONFLICT (box, epoch) DO UPDATE SET
      whole_to = greatest(outboxes.whole_to, excluded.whole_to), missing = excluded.missing, looked_at = excluded.looked_at`.execute(
    db,
  );
}

/** From one epoch to the next by the index, however many events each has. */
async function epochsOf(db: Database, box: string): Promise<{ epoch: string; storedTo: string }[]> {
  const { rows } = await sql<{ epoch: string; storedTo: string }>`
    WITH RECURSIVE epochs AS (
      (SELECT epoch FROM events WHERE box = ${box} ORDER BY epoch LIMIT 1)
      UNION ALL
      SELECT (SELECT epoch FROM events WHERE box = ${box} AND epoch > epochs.epoch ORDER BY epoch LIMIT 1)
      FROM epochs WHERE epochs.epoch IS NOT NULL
    )
    SELECT epochs.epoch, last.sequence AS stored_to
    FROM epochs CROSS JOIN LATERAL (
      SELECT sequence, received_at FROM events
      WHERE box = ${box} AND events.epoch = epochs.epoch ORDER BY sequence DESC LIMIT 1
    ) AS last
    ORDER BY last.received_at DESC LIMIT ${MOST_EPOCHS}`.execute(db);
  return rows;
}

async function goneOf(db: Database, { box, epoch }: OutboxName): Promise<SequenceRange[]> {
  const { rows } = await sql<{ from: string; to: string }>`
    SELECT from_sequence AS "from", to_sequence AS "to" FROM gone_sequences
    WHERE box = ${box} AND epoch = ${epoch} ORDER BY from_sequence DESC LIMIT ${MOST_RANGES}`.execute(db);
  return rows.map(({ from, to }): SequenceRange => [Number(from), Number(to)]).reverse();
}
