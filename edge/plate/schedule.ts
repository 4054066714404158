// Which vehicles of a frame are worth a look at their plates: those with a case first, each at its best.
import type { Box } from "../geometry/box.ts";
import { type PlatedVehicle, platedVehicles } from "./plate-book.ts";
import type { Track } from "../track/track.ts";

/** How much a vehicle's plate is wanted. */
export type Want = "case" | "unknown" | "known";

export interface ScheduleOptions {
  /** Pixels of the full-size picture for one of the scene's. */
  readonly scale: number;
  /** Most vehicles looked at in one frame; those with a case come on top of it. */
  readonly perFrame?: number;
}

interface Looks {
  lastMs: number;
  /** Widest box that was looked at, pixels of the scene. */
  widest: number;
  /** Looks in a row without a plate. */
  empty: number;
  looks: number;
}

/**
 * A vehicle narrower than this, pixels of the full-size picture, shows a plate under 20 pixels wide, whose characters
 * nobody reads: a motorcycle's plate is a quarter of its width, a car's rather less.
 */
const LEAST_WIDTH = 80;
/** Two looks at one vehicle are so far apart at least: the same picture twice says nothing new. */
const PAUSE_MS = 150;
/** After a look that found none (a front without plate, a hidden one) the pause doubles, up to this. */
const LONGEST_PAUSE_MS = 2_400;
/** A vehicle that shows so much wider is a new chance at once; so much wider, and even a known plate is read once more. */
const GROWN = 1.2;
const GROWN_MUCH = 1.6;
/** More looks than this don't make an unread plate readable, unless the vehicle comes nearer. */
const MOST_LOOKS = 16;
const PER_FRAME = 2;
const MOST_CASES = 4;

/** One camera's; frames in time order. */
export class PlateSchedule {
  readonly #options: ScheduleOptions;
  readonly #seen = new Map<number, Looks>();

  constructor(options: ScheduleOptions) {
    this.#options = options;
  }

  /** The vehicles to look at in this frame, most wanted first. */
  choose(tMs: number, tracks: readonly Track[], wanted: (trackId: number) => Want): PlatedVehicle[] {
    const present = new Set(tracks.map(({ id }) => id));
    for (const id of this.#seen.keys()) if (!present.has(id)) this.#seen.delete(id);
    const due = platedVehicles(tracks.filter(({ observed }) => observed))
      .map((vehicle) => ({ vehicle, want: wanted(vehicle.id), width: widthOf(vehicle.box) }))
      .filter(({ vehicle, want, width }) => this.#isDue(vehicle.id, want, width, tMs))
      .sort((a, b) => rank(b.want) - rank(a.want) || b.width - a.width);
    const cases = due.filter(({ want }) => want === "case").slice(0, MOST_CASES);
    const others = due.filter(({ want }) => want !== "case").slice(0, this.#options.perFrame ?? PER_FRAME);
    return [...cases, ...others].map(({ vehicle }) => vehicle);
  }

  /** These vehicles were looked at; `found` are the ids of those on which a plate was read. */
  looked(tMs: number, vehicles: readonly PlatedVehicle[], found: ReadonlySet<number>): void {
    for (const { id, box } of vehicles) {
      const looks = this.#seen.get(id) ?? { lastMs: tMs, widest: 0, empty: 0, looks: 0 };
      this.#seen.set(id, looks);
      looks.lastMs = tMs;
      looks.widest = Math.max(looks.widest, widthOf(box));
      looks.empty = found.has(id) ? 0 : looks.empty + 1;
      looks.looks++;
    }
  }

  #isDue(id: number, want: Want, width: number, tMs: number): boolean {
    if (width * this.#options.scale < LEAST_WIDTH) return false;
    const looks = this.#seen.get(id);
    if (looks === undefined) return want !== "known";
    const sinceMs = tMs - looks.lastMs;
    const grown = width / looks.widest;
    if (want === "known") return grown >= GROWN_MUCH && sinceMs >= PAUSE_MS;
    if (sinceMs < PAUSE_MS) return false;
    if (want === "case" || grown >= GROWN) return true;
    if (looks.looks >= MOST_LOOKS) return false;
    return sinceMs >= Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** looks.empty);
  }
}

function rank(want: Want): number {
  return want === "case" ? 2 : want === "unknown" ? 1 : 0;
}

function widthOf({ x1, x2 }: Box): number {
  return x2 - x1;
}
