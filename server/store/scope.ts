// Which rows somebody may see: for each class of rows the sites, as one condition that every query carries.
import { sql, type RawBuilder } from "kysely";
import { type Envelope, EVENT_TYPES } from "../../contract/event.ts";
import type { CaseKind } from "./case.ts";

/** Names of sites; `all` also means rows whose site is not known. */
export type Sites = "all" | readonly string[];

/** By the kind of case. */
export type CaseScope = Readonly<Record<CaseKind, Sites>>;

/** Events by what they tell of: plates and vehicles' breaches, listed people, a type that this server doesn't know, or none of these. */
export type EventClass = "open" | "traffic" | "face" | "unknown";
export type EventScope = Readonly<Record<EventClass, Sites>>;

/** What the server's own stages see. */
export const EVERY_CASE: CaseScope = { traffic: "all", face: "all" };
export const EVERY_EVENT: EventScope = { open: "all", traffic: "all", face: "all", unknown: "all" };

const TYPES: Readonly<Record<Exclude<EventClass, "open" | "unknown">, readonly string[]>> = {
  traffic: ["vn.ngatu.traffic.case.v1", "vn.ngatu.traffic.observation.v1"],
  face: ["vn.ngatu.face.match.v1"],
};
const KNOWN = Object.keys(EVENT_TYPES);
const OPEN = KNOWN.filter((type) => !TYPES.traffic.includes(type) && !TYPES.face.includes(type));

/** A box that names a plate where its type has none doesn't make it open: the event counts as traffic. */
export function eventClass({ type, data }: Pick<Envelope, "type" | "data">): EventClass {
  if (TYPES.traffic.includes(type)) return "traffic";
  if (TYPES.face.includes(type)) return "face";
  if (!OPEN.includes(type)) return "unknown";
  return typeof data === "object" && data !== null && "plate" in data ? "traffic" : "open";
}

export function siteOf(source: string): string {
  return source.split("/")[1] ?? "";
}

export function includesSite(sites: Sites, site: string | undefined): boolean {
  return sites === "all" || (site !== undefined && sites.includes(site));
}

/** Undefined where every row may be seen. */
export function withinSites(column: string, sites: Sites): RawBuilder<boolean> | undefined {
  return sites === "all" ? undefined : sql<boolean>`${sql.ref(column)} = ANY(${sites}::text[])`;
}

export function withinCases(table: string, scope: CaseScope): RawBuilder<boolean> | undefined {
  const parts = Object.entries(scope).map(
    ([kind, sites]) => [sql<boolean>`${sql.ref(`${table}.kind`)} = ${kind}`, sites] as const,
  );
  return anyOf(`${table}.site`, parts);
}

/** As `eventClass`. */
export function withinEvents(table: string, scope: EventScope): RawBuilder<boolean> | undefined {
  const type = sql.ref(`${table}.type`);
  const plated = sql`${sql.ref(`${table}.event`)} #> '{data,plate}' IS NOT NULL`;
  return anyOf(`${table}.site`, [
    [sql<boolean>`(${type} = ANY(${OPEN}::text[]) AND NOT ${plated})`, scope.open],
    [
      sql<boolean>`(${type} = ANY(${TYPES.traffic}::text[]) OR (${type} = ANY(${OPEN}::text[]) AND ${plated}))`,
      scope.traffic,
    ],
    [sql<boolean>`${type} = ANY(${TYPES.face}::text[])`, scope.face],
    [sql<boolean>`${type} <> ALL(${KNOWN}::text[])`, scope.unknown],
  ]);
}

/** Rows of any class within that class's sites. */
function anyOf(
  siteColumn: string,
  classes: readonly (readonly [RawBuilder<boolean>, Sites])[],
): RawBuilder<boolean> | undefined {
  if (classes.every(([, sites]) => sites === "all")) return undefined;
  const seen = classes.filter(([, sites]) => sites === "all" || sites.length > 0);
  if (seen.length === 0) return sql<boolean>`false`;
  const conditions = seen.map(([isClass, sites]) => {
    const within = withinSites(siteColumn, sites);
    return within === undefined ? isClass : sql<boolean>`(${isClass} AND ${within})`;
  });
  return sql<boolean>`(${sql.join(conditions, sql` OR `)})`;
}
