// One entry of the watch list: who is looked for, why, on whose authority and until when.
import Type, { type Static } from "typebox";

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const instant = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$" });

/** What is known of an entry beside its templates. */
export const EntryRecord = Type.Object({
  id: text(64),
  name: text(120),
  reason: text(500),
  authority: Type.Optional(text(200)),
  requester: Type.Optional(text(200)),
  created: instant,
  /** From this instant on the entry is gone, by the box's own clock. */
  expires: instant,
  /** SHA-256 of the embedder's weights: templates of different embedders can't be compared. Of a face. */
  model: Type.Optional(Type.String({ pattern: "^[0-9a-f]{64}$" })),
  /** Of a vehicle: its plate, without separators; such an entry has no templates. */
  plate: Type.Optional(Type.String({ pattern: "^[A-Z0-9]{4,12}$" })),
});
export type EntryRecord = Static<typeof EntryRecord>;

export interface WatchEntry extends EntryRecord {
  /** Unit vectors, one per enrolled picture; all of the same length. */
  readonly templates: readonly Float32Array[];
}

/** The entries that are in force at `nowMs`. */
export function unexpired<E extends Pick<EntryRecord, "expires">>(entries: readonly E[], nowMs: number): E[] {
  return entries.filter((entry) => Date.parse(entry.expires) > nowMs);
}
