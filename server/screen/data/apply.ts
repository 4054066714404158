// What a message of the stream changes in the cache.
import type { QueryClient } from "@tanstack/react-query";
import type { Alert, Box, Case, Event, StreamMessages } from "../../api/schemas.ts";
import { liveStore } from "./live-store.ts";
import { ALERT_ROWS, CASE_ROWS, EVENT_ROWS, keys } from "./queries.ts";

/** A row put at its place in a list, instead of an older one with the same id; the list stays within its limit. */
function upsert<T extends { id: string }>(
  rows: readonly T[] | undefined,
  row: T,
  order: (row: T) => string,
  limit: number,
): T[] | undefined {
  // Not loaded yet: the list that is on its way holds the row, or the next message brings it.
  if (rows === undefined) return undefined;
  const others = rows.filter(({ id }) => id !== row.id);
  const key = order(row);
  const index = others.findIndex((other) => order(other) <= key);
  return others.toSpliced(index === -1 ? others.length : index, 0, row).slice(0, limit);
}

type Appliers = {
  readonly [K in keyof StreamMessages]: (data: StreamMessages[K], client: QueryClient) => void;
};

const SUMMARY_LEAST_MS = 1_000;
let summaryAskedMs = 0;

/** At most once a second: many messages must not become many requests; the regular reading brings the rest. */
function refreshSummary(client: QueryClient): void {
  if (Date.now() - summaryAskedMs < SUMMARY_LEAST_MS) return;
  summaryAskedMs = Date.now();
  void client.invalidateQueries({ queryKey: keys.summary }, { cancelRefetch: false });
}

export const appliers: Appliers = {
  event: (event, client) => {
    client.setQueryData<Event[]>(keys.events, (rows) => upsert(rows, event, (row) => row.time, EVENT_ROWS));
    refreshSummary(client);
  },
  case: (changed, client) => {
    client.setQueryData<Case[]>(keys.cases, (rows) => upsert(rows, changed, (row) => row.time, CASE_ROWS));
    refreshSummary(client);
  },
  alert: (alert, client) => {
    client.setQueryData<Alert[]>(keys.alerts, (rows) =>
      upsert(rows, alert, (row) => row.changed_at, ALERT_ROWS),
    );
  },
  box: (box, client) => {
    client.setQueryData<Box[]>(keys.boxes, (rows) =>
      rows === undefined
        ? undefined
        : [...rows.filter((row) => row.box !== box.box), box].sort((a, b) => a.box.localeCompare(b.box)),
    );
    void client.invalidateQueries({ queryKey: keys.cameras });
  },
  forward: (_forward, client) => refreshSummary(client),
  live: (live) => liveStore.take(live, Date.now()),
  beat: () => undefined,
  reset: (_nothing, client) => void client.invalidateQueries(),
};
