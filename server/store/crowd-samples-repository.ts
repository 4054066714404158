// The durable minute samples of a camera's crowd zones.
import { sql } from "kysely";
import type { Queries } from "./database.ts";

export interface CrowdMinute {
  readonly zone: string;
  /** Minutes since 1970 UTC. A sample at a whole minute tells of the minute that ended there. */
  readonly minute: number;
  /** Mean over the minute. */
  readonly persons: number;
  readonly capacity?: number;
}

export type CrowdSamplesRepository = ReturnType<typeof createCrowdSamplesRepository>;

/** Eight weeks of four zones; a camera with more loses the oldest. */
const MOST_ROWS = 325_000;

export function createCrowdSamplesRepository(db: Queries) {
  return {
    /** Newest first; live samples are never stored, others than minute samples are passed over. */
    async since(box: string, camera: string, from: Date): Promise<CrowdMinute[]> {
      const { rows } = await sql<{ zone: string; minute: number; persons: number; capacity: number | null }>`
        SELECT event->'data'->>'zone' AS zone,
          (round(extract(epoch FROM time) / 60) - 1)::integer AS minute,
          (event->'data'->>'persons_mean')::float8 AS persons,
          (event->'data'->>'capacity')::float8 AS capacity
        FROM events
        WHERE type = ${sql.lit("vn.ngatu.crowd.sample.v1")} AND box = ${box} AND camera = ${camera} AND time >= ${from}
          AND jsonb_typeof(event->'data'->'persons_mean') = 'number'
        ORDER BY time DESC LIMIT ${MOST_ROWS}`.execute(db);
      return rows.map(({ capacity, ...row }) => ({ ...row, ...(capacity === null ? {} : { capacity }) }));
    },
  };
}
