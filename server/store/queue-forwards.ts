// Queues events for the destinations that want their kind, inside the transaction that makes them due.
import type { Queries } from "./database.ts";
import type { DestinationsFor, NewForward } from "./forward.ts";

/** One row per event and destination; an event that is queued already stays as it is. Returns how many are new. */
export async function queueForwards(
  trx: Queries,
  due: readonly NewForward[],
  destinationsFor: DestinationsFor,
): Promise<number> {
  const rows = due.flatMap(({ eventId, kind, event }) =>
    destinationsFor(kind).map((destination) => ({
      destination,
      eventId,
      kind,
      body: JSON.stringify(event),
      orderKey: `${event.source} ${event.subject}`,
    })),
  );
  if (rows.length === 0) return 0;
  const result = await trx
    .insertInto("forwards")
    .values(rows)
    .onConflict((conflict) => conflict.columns(["destination", "eventId"]).doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0n);
}
