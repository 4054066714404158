// What a message of the stream changes in the cache.
import type { QueryClient } from "@tanstack/react-query";
import type { StreamMessages } from "../../api/schemas.ts";
import { liveStore } from "./live-store.ts";
import { readAgain } from "./read-again.ts";
import { alertList, caseList, eventList, keys } from "./queries.ts";

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
    eventList.take(client, event);
    refreshSummary(client);
  },
  case: (changed, client) => {
    caseList.take(client, changed);
    refreshSummary(client);
  },
  alert: (alert, client) => alertList.take(client, alert),
  // Rare, and a box's status speaks of its cameras too: both are read again.
  box: (_box, client) => {
    void readAgain(client, keys.boxes);
    void readAgain(client, keys.cameras);
  },
  forward: (_forward, client) => refreshSummary(client),
  live: (live) => liveStore.take(live, Date.now()),
  beat: () => undefined,
  reset: (_nothing, client) => void readAgain(client),
};
