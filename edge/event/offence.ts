// What a breach is in law: looked up by rule, vehicle class and amount, in the law of the day on which it happened.
import type { OffenceEntry } from "../../config/offences.ts";
import type { Offence } from "../../contract/traffic.ts";
import type { Observation } from "../rules/rule.ts";

/** Vietnam has one time zone and no daylight saving; a law begins and ends at its midnight. */
const VIETNAM_OFFSET_MS = 7 * 3_600_000;

/** The offence of a case or of what would have been one; undefined where the data have none for it. `atMs`: capture time. */
export function offenceOf(
  book: readonly OffenceEntry[],
  observation: Observation,
  atMs: number,
): Offence | undefined {
  const { rule, name, track } = observation.data as {
    rule?: string;
    name?: string;
    track?: { readonly class: string };
  };
  if (track === undefined) return undefined;
  const day = new Date(atMs + VIETNAM_OFFSET_MS).toISOString().slice(0, 10);
  const amount = amountOf(observation);
  const fitting = book.filter(
    (entry) =>
      entry.rule === rule &&
      (entry.name === undefined || entry.name === name) &&
      entry.classes.some((candidate) => candidate === track.class) &&
      entry.valid_from <= day &&
      (entry.valid_to === undefined || day <= entry.valid_to) &&
      isWithin(amount, entry.amount),
  );
  const entry = fitting.find((candidate) => candidate.name !== undefined) ?? fitting[0];
  if (entry === undefined) return undefined;
  const { decree, amended_by, article, vi, en, fine_vnd, points, valid_from } = entry;
  return {
    decree,
    ...(amended_by === undefined ? {} : { amended_by }),
    article,
    vi,
    en,
    fine_vnd,
    ...(points === undefined ? {} : { points }),
    valid_from,
  };
}

/** What the law grades this rule's breaches by: km/h over the limit, passengers. */
function amountOf({ data }: Observation): number | undefined {
  const because = (data["because"] ?? {}) as { limit_kmh?: unknown; people?: unknown };
  const speedKmh = data["speed_kmh"];
  if (data.rule === "speed" && typeof speedKmh === "number" && typeof because.limit_kmh === "number")
    return speedKmh - because.limit_kmh;
  return data.rule === "riders" && typeof because.people === "number" ? because.people - 1 : undefined;
}

function isWithin(amount: number | undefined, band: OffenceEntry["amount"]): boolean {
  if (band === undefined) return true;
  if (amount === undefined) return false;
  const { from, above, below, to } = band;
  return (
    (from === undefined || amount >= from) &&
    (above === undefined || amount > above) &&
    (below === undefined || amount < below) &&
    (to === undefined || amount <= to)
  );
}
