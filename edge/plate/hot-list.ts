// Plates that are looked for, and how a plate that was read stands to each: the same, or all but one character.
import type { KnownPlate } from "./tally.ts";

/** A plate on the watch list. */
export interface ListedPlate {
  readonly id: string;
  readonly name: string;
  /** Capital letters and digits. */
  readonly plate: string;
  readonly expiresMs: number;
}

/** A vehicle of this frame whose plate is on the list, or nearly. */
export interface PlateCandidate {
  readonly trackId: number;
  readonly className: string;
  readonly entry: { readonly id: string; readonly name: string };
  readonly listed: string;
  readonly plate: KnownPlate;
  /** Absent: the same plate. */
  readonly differs?: PlateDifference;
}

/** The one character that differs; `place` counts from 1. */
export interface PlateDifference {
  readonly place: number;
  readonly read: string;
  readonly listed: string;
}

/** Undefined where the plates are neither the same nor of one length with a single different character. */
export function compare(read: string, listed: string): "same" | PlateDifference | undefined {
  if (read === listed) return "same";
  if (read.length !== listed.length) return undefined;
  let differs: PlateDifference | undefined;
  for (let at = 0; at < read.length; at++) {
    if (read[at] === listed[at]) continue;
    if (differs !== undefined) return undefined;
    differs = { place: at + 1, read: read[at] ?? "", listed: listed[at] ?? "" };
  }
  return differs;
}

/** For each vehicle whose plate is known all entries in force at `nowMs` (wall time) that it may be. */
export function candidatesAmong(
  vehicles: readonly { readonly id: number; readonly class: string }[],
  plates: { plateOf(trackId: number): KnownPlate | undefined },
  list: readonly ListedPlate[],
  nowMs: number,
): PlateCandidate[] {
  return vehicles.flatMap(({ id: trackId, class: className }) => {
    const plate = plates.plateOf(trackId);
    if (plate === undefined) return [];
    return list.flatMap(({ id, name, plate: listed, expiresMs }) => {
      const compared = expiresMs > nowMs ? compare(plate.text, listed) : undefined;
      if (compared === undefined) return [];
      const candidate = { trackId, className, entry: { id, name }, listed, plate };
      return [compared === "same" ? candidate : { ...candidate, differs: compared }];
    });
  });
}
