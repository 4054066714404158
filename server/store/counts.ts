// Figures over all rows: events by type since a time, cases and forwards by state.
import { sql } from "kysely";
import type { CaseState } from "./case.ts";
import type { Queries } from "./database.ts";
import type { ForwardState } from "./forward.ts";
import {
  type CaseScope,
  type EventScope,
  type Sites,
  withinCases,
  withinEvents,
  withinSites,
} from "./scope.ts";

export interface Counts {
  /** Events by type whose capture time is `since` or later. */
  readonly eventsByType: Readonly<Record<string, number>>;
  readonly casesByState: Readonly<Partial<Record<CaseState, number>>>;
  readonly forwardsByState: Readonly<Partial<Record<ForwardState, number>>>;
}

export interface CountScope {
  readonly events: EventScope;
  readonly cases: CaseScope;
  readonly forwards: Sites;
}

export async function readCounts(db: Queries, since: Date, scope: CountScope): Promise<Counts> {
  const total = sql<string>`count(*)`.as("total");
  const every = sql<boolean>`true`;
  const [events, cases, forwards] = await Promise.all([
    db
      .selectFrom("events")
      .select(["type", total])
      .where("time", ">=", since)
      .where(withinEvents("events", scope.events) ?? every)
      .groupBy("type")
      .execute(),
    db
      .selectFrom("cases")
      .select(["state", total])
      .where(withinCases("cases", scope.cases) ?? every)
      .groupBy("state")
      .execute(),
    db
      .selectFrom("forwards")
      .select(["state", total])
      .where(withinSites("forwards.site", scope.forwards) ?? every)
      .groupBy("state")
      .execute(),
  ]);
  return {
    eventsByType: Object.fromEntries(events.map((row) => [row.type, Number(row.total)])),
    casesByState: Object.fromEntries(cases.map((row) => [row.state, Number(row.total)])),
    forwardsByState: Object.fromEntries(forwards.map((row) => [row.state, Number(row.total)])),
  };
}
