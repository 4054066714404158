// What was seen where in the last seconds, frame by frame: a film of them is blurred by it, after the fact.
import type { ClassName } from "../../contract/common.ts";
import type { Box } from "../geometry/box.ts";

/** A road user, a head or a face, in pixels of the scene's picture. */
export interface Seen {
  readonly class: ClassName;
  readonly box: Box;
  /** The track's; absent: found in this frame and followed by nobody. */
  readonly id?: number;
}

/** One analysed frame. */
export interface Sightings {
  readonly tMs: number;
  readonly seen: readonly Seen[];
}

export class SightingLog {
  readonly #keptMs: number;
  #frames: Sightings[] = [];

  /** @param keptMs media time after which a frame is forgotten */
  constructor(keptMs: number) {
    this.#keptMs = keptMs;
  }

  /** Copies what it is given: the tracker fills the same objects again. */
  see(tMs: number, seen: readonly Seen[]): void {
    this.#frames.push({ tMs, seen: seen.map(copied) });
    const first = this.#frames.findIndex((frame) => frame.tMs >= tMs - this.#keptMs);
    if (first > 0) this.#frames.splice(0, first);
  }

  /** The frames of a span and one on each side of it, in order. */
  around(fromMs: number, toMs: number): readonly Sightings[] {
    return framesAround(this.#frames, fromMs, toMs);
  }

  /** When the analysed frame nearest to a time was taken; undefined before the first. */
  nearest(tMs: number): number | undefined {
    let nearest: number | undefined;
    for (const frame of this.#frames)
      if (nearest === undefined || Math.abs(frame.tMs - tMs) < Math.abs(nearest - tMs)) nearest = frame.tMs;
    return nearest;
  }
}

/** The frames of a span and one on each side of it, of frames in order. */
export function framesAround(
  frames: readonly Sightings[],
  fromMs: number,
  toMs: number,
): readonly Sightings[] {
  const before = frames.findLastIndex(({ tMs }) => tMs <= fromMs);
  const after = frames.findIndex(({ tMs }) => tMs >= toMs);
  return frames.slice(Math.max(0, before), after === -1 ? undefined : after + 1);
}

function copied({ class: className, box: { x1, y1, x2, y2 }, id }: Seen): Seen {
  return { class: className, box: { x1, y1, x2, y2 }, ...(id === undefined ? {} : { id }) };
}
