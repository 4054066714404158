// What one server tells all others of a commit, through the database: names of what changed, never its content.
import { sql } from "kysely";
import type { Queries } from "./database.ts";
import { toRanges } from "./ranges.ts";

/** The channel of PostgreSQL's NOTIFY. */
export const CHANNEL = "ngatu_committed";

/** Names of what a transaction changed. */
export interface Announcement {
  /** Positions of events that are new. */
  readonly positions?: readonly number[];
  /** Ids of alerts that are new or changed. */
  readonly alerts?: readonly string[];
  /** Ids of cases that changed; those that are new come with their events. */
  readonly cases?: readonly string[];
  readonly boxes?: readonly string[];
  /** Something was queued to be forwarded. */
  readonly forwards?: boolean;
}

/** As heard: positions as inclusive ranges, ascending. */
export interface HeardAnnouncement {
  readonly ranges: readonly (readonly [from: number, to: number])[];
  readonly alerts: readonly string[];
  readonly cases: readonly string[];
  readonly boxes: readonly string[];
  readonly forwards: boolean;
}

/** PostgreSQL takes less than 8,000 bytes at once; what is longer becomes several. */
const MOST_CHARACTERS = 7_000;
/** In place of a server's name: the one that announces wants to hear it, too. */
const EVERYBODY = "*";

/**
 * Heard by the others when the transaction commits, in the order of commits, and never if it doesn't. `to` says
 * whether the server that this connection belongs to hears it as well.
 */
export async function announce(
  trx: Queries,
  announcement: Announcement,
  to: "others" | "everybody" = "others",
): Promise<void> {
  const payloads = write(announcement);
  if (payloads.length === 0) return;
  const from = to === "everybody" ? sql`${EVERYBODY}::text` : sql`current_setting('application_name')`;
  await sql`
    SELECT pg_notify(${CHANNEL}, ${from} || ' ' || payload) FROM unnest(${payloads}::text[]) AS payload`.execute(
    trx,
  );
}

/** Undefined when it is our own, or none at all; words of a newer server are passed over. */
export function readAnnouncement(payload: string, ownName: string): HeardAnnouncement | undefined {
  const [from, ...words] = payload.split(" ");
  if (from === ownName) return undefined;
  const of = (pattern: RegExp): string[] => words.flatMap((word) => pattern.exec(word)?.[1] ?? []);
  return {
    ranges: of(/^e(\d{1,15}-\d{1,15})$/).map((range) => {
      const [first = "", last = ""] = range.split("-");
      return [Number(first), Number(last)] as const;
    }),
    alerts: of(/^a([0-9a-f-]{36})$/),
    cases: of(/^c([0-9a-f-]{36})$/),
    boxes: of(/^b([a-z0-9-]{1,40})$/),
    forwards: words.includes("f"),
  };
}

function write({ positions = [], alerts = [], cases = [], boxes = [], forwards }: Announcement): string[] {
  const words = [
    ...toRanges(positions).map(([from, to]) => `e${from}-${to}`),
    ...alerts.map((id) => `a${id}`),
    ...cases.map((id) => `c${id}`),
    ...boxes.map((box) => `b${box}`),
    ...(forwards === true ? ["f"] : []),
  ];
  const payloads: string[] = [];
  for (const word of words) {
    const last = payloads.at(-1);
    if (last !== undefined && last.length + word.length < MOST_CHARACTERS)
      payloads[payloads.length - 1] = `${last} ${word}`;
    else payloads.push(word);
  }
  return payloads;
}
