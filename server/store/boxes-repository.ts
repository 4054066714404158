// Boxes as their last status said.
import { sql } from "kysely";
import type { Status } from "../../contract/messages.ts";
import { announce } from "./announcement.ts";
import type { Queries } from "./database.ts";
import { type Sites, withinSites } from "./scope.ts";

export interface StoredBox {
  readonly box: string;
  readonly online: boolean;
  /** When this server's database last heard a different status. */
  readonly changedAt: Date;
  readonly status: Status;
}

const columns = ["box", "online", "changedAt", "status"] as const;

export type BoxesRepository = ReturnType<typeof createBoxesRepository>;

export function createBoxesRepository(db: Queries) {
  return {
    async list(sites: Sites): Promise<StoredBox[]> {
      const query = db.selectFrom("boxes").select(columns).orderBy("box");
      const within = withinSites("boxes.site", sites);
      return (within === undefined ? query : query.where(within)).execute();
    },

    async find(names: readonly string[]): Promise<StoredBox[]> {
      if (names.length === 0) return [];
      return db
        .selectFrom("boxes")
        .select(columns)
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
        .returning(columns)
        .executeTakeFirst();
      if (saved !== undefined) await announce(db, { boxes: [box] });
      return saved;
    },
  };
}
