// Boxes as their last status said.
import { sql } from "kysely";
import type { Status } from "../../contract/messages.ts";
import { announce } from "./announcement.ts";
import type { Queries } from "./database.ts";

export interface StoredBox {
  readonly box: string;
  readonly online: boolean;
  /** When this server's database last heard a different status. */
  readonly changedAt: Date;
  readonly status: Status;
}

export type BoxesRepository = ReturnType<typeof createBoxesRepository>;

export function createBoxesRepository(db: Queries) {
  return {
    async list(): Promise<StoredBox[]> {
      return db.selectFrom("boxes").selectAll().orderBy("box").execute();
    },

    async find(names: readonly string[]): Promise<StoredBox[]> {
      if (names.length === 0) return [];
      return db
        .selectFrom("boxes")
        .selectAll()
        .where("box", "in", [...names])
        .execute();
    },

    /** Stores a status; undefined when it says nothing new (several servers hear the same message). */
    async save(box: string, status: Status): Promise<StoredBox | undefined> {
      const saved = await db
        .insertInto("boxes")
        .values({ box, online: status.online, changedAt: sql<Date>`now()`, status: JSON.stringify(status) })
        .onConflict((conflict) =>
          conflict
            .column("box")
            .doUpdateSet((row) => ({
              online: row.ref("excluded.online"),
              changedAt: row.ref("excluded.changedAt"),
              status: row.ref("excluded.status"),
            }))
            .where(sql<boolean>`boxes.status IS DISTINCT FROM excluded.status`),
        )
        .returningAll()
        .executeTakeFirst();
      if (saved !== undefined) await announce(db, { boxes: [box] });
      return saved;
    },
  };
}
