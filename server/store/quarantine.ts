// What could not become part of the store, kept with the reason.
import { createHash } from "node:crypto";
import { sql } from "kysely";
import type { Queries } from "./database.ts";
import type { Quarantined } from "./new-event.ts";

/** Of a payload its beginning is kept. */
const KEPT_BYTES = 16 * 1024;

/** The same message again is counted, not stored again. */
export async function insertQuarantined(trx: Queries, quarantined: readonly Quarantined[]): Promise<void> {
  for (const { topic, reason, payload } of quarantined) {
    await trx
      .insertInto("quarantine")
      .values({
        topic,
        reason: reason.slice(0, 500),
        sha256: createHash("sha256").update(payload).digest(),
        bytes: payload.length,
        payload: payload.subarray(0, KEPT_BYTES),
      })
      .onConflict((conflict) =>
        conflict.columns(["topic", "sha256"]).doUpdateSet({ seen: sql<number>`quarantine.seen + 1` }),
      )
      .execute();
  }
}
