// Which plate is on which track: readings of single frames are followed, given to a vehicle, and voted over.
import type { PlateReading } from "../detect/detection.ts";
import { type Box, centre, lengthOf } from "../geometry/box.ts";
import type { Track } from "../track/track.ts";
import { type Claim, expectedAt, holds, startClaim, strengthen, strengthOf } from "./claim.ts";
import { addReading, elect, type KnownPlate, plainText, startTally, type Tally } from "./tally.ts";

/** Kept in memory alone, and no longer than the tracks: an event may carry a plate, nothing else does. */
export interface PlateBook {
  /** The tracks of a frame: plates of those that are gone are forgotten. */
  step(tMs: number, tracks: readonly Track[]): void;
  /**
   * Plates as they were read in one frame, in time order but maybe some frames ago; `vehicles` as they were then, in
   * pixels of the same picture.
   */
  read(tMs: number, plates: readonly PlateReading[], vehicles: readonly PlatedVehicle[]): void;
  /** Of a track of the latest frame; undefined while it is not sure whose plate is whose, or what it says. */
  plateOf(trackId: number): KnownPlate | undefined;
}

/** A vehicle where it was in one frame. */
export interface PlatedVehicle {
  readonly id: number;
  readonly box: Box;
}

/** One plate followed over frames, whosever it is. */
interface Followed {
  readonly tally: Tally;
  readonly claims: Claim[];
  box: Box;
  readonly fromMs: number;
  seenMs: number;
  seenForMs: number;
}

/** More plates in a frame are noise: the most confident are kept. */
const MAX_READINGS = 64;
const MAX_FOLLOWED = 256;
const MAX_CLAIMS = 8;
/** An unseen plate is looked for again for so long. */
const GAP_MS = 2000;
/** A sighting counts for the time since the one before, at most this; the first one counts for a frame. */
const LONGEST_MS = 500;
const FIRST_MS = 40;
/** A plate is the same one within this many of its widths from where its vehicle should carry it; farther where the text is the same. */
const NEAR_WIDTHS = 1.2;
const NEAR_WIDTHS_SAME = 4;
/** The best claim must be this much stronger than the next, and hold for this share of the plate's time. */
const MARGIN = 1.5;
const LEAST_HELD = 0.6;

export function createPlateBook(): PlateBook {
  let followed: Followed[] = [];
  /** The tracks of the latest frame. */
  let present: readonly Track[] = [];
  const vehicleOf = (trackId: number): Track | undefined =>
    present.find((track) => track.id === trackId && isVehicle(track));
  /** What the readings so far make of each track's plate: worked out when first asked for. */
  const known = new Map<number, KnownPlate | undefined>();

  const follow = (
    reading: PlateReading,
    text: string,
    tMs: number,
    vehicles: readonly PlatedVehicle[],
  ): void => {
    const known = nearest(reading, text, tMs, vehicles);
    const plate = known ?? {
      tally: startTally(),
      claims: [],
      box: reading.box,
      fromMs: tMs,
      seenMs: tMs,
      seenForMs: 0,
    };
    if (known === undefined) {
      if (followed.length >= MAX_FOLLOWED) return;
      followed.push(plate);
    }
    const elapsedMs = known === undefined ? FIRST_MS : Math.min(LONGEST_MS, tMs - plate.seenMs);
    plate.box = reading.box;
    plate.seenMs = tMs;
    plate.seenForMs += elapsedMs;
    addReading(plate.tally, text, reading);
    for (const { id, box } of vehicles) {
      if (!holds(box, reading.box)) continue;
      let claim = plate.claims.find(({ trackId }) => trackId === id);
      if (claim === undefined) {
        if (plate.claims.length >= MAX_CLAIMS) continue;
        claim = startClaim(id);
        plate.claims.push(claim);
      }
      strengthen(claim, box, reading.box, elapsedMs);
    }
  };

  /** The followed plate that a reading goes on; each takes one in a frame. */
  const nearest = (
    reading: PlateReading,
    text: string,
    tMs: number,
    vehicles: readonly PlatedVehicle[],
  ): Followed | undefined => {
    const width = reading.box.x2 - reading.box.x1;
    let best: Followed | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const plate of followed) {
      if (plate.seenMs === tMs || tMs - plate.seenMs > GAP_MS) continue;
      const same = plate.tally.votes.some((votes) => votes.text === text);
      const distance = awayFrom(plate, reading.box, vehicles) / width;
      if (distance > (same ? NEAR_WIDTHS_SAME : NEAR_WIDTHS)) continue;
      // Where two are near, the text decides.
      const cost = distance + (same ? 0 : NEAR_WIDTHS);
      if (cost >= least) continue;
      least = cost;
      best = plate;
    }
    return best;
  };

  /** Pixels between a reading and where a plate should be by now. */
  const awayFrom = ({ claims, box }: Followed, seen: Box, vehicles: readonly PlatedVehicle[]): number => {
    const at = centre(seen);
    const [claim] = ranked(claims);
    const vehicle = claim === undefined ? undefined : vehicles.find(({ id }) => id === claim.trackId);
    const expected =
      claim === undefined || vehicle === undefined ? centre(box) : expectedAt(claim, vehicle.box);
    return lengthOf(at.x - expected.x, at.y - expected.y);
  };

  /** The track that has a plate; undefined when it is not clear. */
  const ownerOf = (plate: Followed): number | undefined => {
    const [best, ...others] = ranked(plate.claims);
    if (best === undefined || best.heldMs < LEAST_HELD * plate.seenForMs) return undefined;
    const strength = strengthOf(best);
    // A rival that has a plate of its own, seen beside this one, is none.
    const rival = others.find(
      (claim) => strengthOf(claim) * MARGIN > strength && !hasAnother(claim.trackId, plate),
    );
    return rival === undefined ? best.trackId : undefined;
  };

  const hasAnother = (trackId: number, plate: Followed): boolean =>
    followed.some(
      (other) =>
        other !== plate &&
        Math.abs(other.seenMs - plate.seenMs) <= GAP_MS &&
        ranked(other.claims)[0]?.trackId === trackId,
    );

  return {
    step(tMs, tracks) {
      present = tracks;
      if (followed.length === 0) return;
      for (const id of known.keys()) if (vehicleOf(id) === undefined) known.delete(id);
      const ids = new Set(tracks.filter(isVehicle).map(({ id }) => id));
      // A plate goes with its vehicles, and one that was never on any when it is not seen any more.
      followed = followed.filter(
        ({ claims, seenMs }) => claims.some(({ trackId }) => ids.has(trackId)) || tMs - seenMs <= GAP_MS,
      );
    },
    read(tMs, plates, vehicles) {
      if (plates.length > 0) known.clear();
      for (const reading of surest(plates)) {
        const text = plainText(reading.text);
        if (text !== undefined && reading.box.x2 > reading.box.x1) follow(reading, text, tMs, vehicles);
      }
    },
    plateOf(trackId) {
      const track = followed.length === 0 ? undefined : vehicleOf(trackId);
      if (track === undefined) return undefined;
      if (known.has(trackId)) return known.get(trackId);
      const own = followed.filter((plate) => ownerOf(plate) === trackId);
      const plate = elect(
        onePlate(own).map(({ tally }) => tally),
        track.class,
      );
      known.set(trackId, plate);
      return plate;
    },
  };
}

/** A vehicle has one plate: of two that were seen on it at the same time, the one with the clearly stronger claim; else neither. */
function onePlate(own: readonly Followed[]): readonly Followed[] {
  const strength = ({ claims }: Followed): number => Math.max(...claims.map(strengthOf));
  const [first, ...others] = [...own].sort((a, b) => strength(b) - strength(a));
  if (first === undefined) return [];
  const beside = (plate: Followed): boolean => plate.seenMs >= first.fromMs && plate.fromMs <= first.seenMs;
  if (others.some((plate) => beside(plate) && strength(plate) * MARGIN > strength(first))) return [];
  return [first, ...others.filter((plate) => !beside(plate))];
}

/** Strongest first. */
function ranked(claims: readonly Claim[]): Claim[] {
  return [...claims].sort((a, b) => strengthOf(b) - strengthOf(a) || a.trackId - b.trackId);
}

function surest(plates: readonly PlateReading[]): readonly PlateReading[] {
  if (plates.length <= MAX_READINGS) return plates;
  return [...plates].sort((a, b) => b.confidence - a.confidence).slice(0, MAX_READINGS);
}

/** The vehicles among the tracks of a frame; copies, since a track's box holds for that frame alone. */
export function platedVehicles(tracks: readonly Track[]): PlatedVehicle[] {
  return tracks.filter(isVehicle).map(({ id, box, detected = box }) => ({ id, box: { ...detected } }));
}

function isVehicle({ class: name }: Track): boolean {
  return name === "car" || name === "motorcycle" || name === "bus" || name === "truck" || name === "bicycle";
}
