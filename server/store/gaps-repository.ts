// Gaps in the order of each outbox: which sequences are missing, and which its box says are gone for good.
import { sql } from "kysely";
import type { Database } from "./database.ts";

/** Inclusive. */
export type SequenceRange = [from: number, to: number];

export interface OutboxName {
  readonly box: string;
  readonly epoch: string;
}

export type GapsRepository = ReturnType<typeof createGapsRepository>;

/** Rows looked at in one go; a longer history is caught up with over several looks. */
const WINDOW = 50_000;
const MOST_RANGES = 100;

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
    async missing({ box, epoch }: OutboxName, settledMs: number): Promise<SequenceRange[]> {
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
      await keepWholeTo(db, { box, epoch }, rows[0]?.wholeTo);
      return rows
        .filter(({ settled }) => settled)
        .map(({ from, to }): SequenceRange => [Number(from), Number(to)]);
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

async function keepWholeTo(
  db: Database,
  { box, epoch }: OutboxName,
  wholeTo: string | undefined,
): Promise<void> {
  if (wholeTo === undefined) return;
  await sql`
    INSERT INTO outboxes (box, epoch, whole_to) VALUES (${box}, ${epoch}, ${wholeTo})
    ON CONFLICT (box, epoch) DO UPDATE SET whole_to = greatest(outboxes.whole_to, excluded.whole_to)`.execute(
    db,
  );
}
