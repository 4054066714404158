// Where one stream's media time lies on a clock that two streams of a camera share, piece by piece.
import type { FrameTime } from "./frame.ts";

/** Reconnects remembered: a ring holds a minute or so, a camera reconnects a few times in it at worst. */
const PIECES = 32;

/** One timeline: within it media time and capture time keep step. */
interface Piece {
  readonly timeline: number;
  readonly fromMs: number;
  /** Capture time less media time, as the newest frame knows it, ms. */
  captureMs: number;
  /** The same by the camera's own clock; undefined while that is unknown. */
  cameraMs: number | undefined;
}

export class StreamClock {
  readonly #pieces: Piece[] = [];

  /** Takes in the times of a frame of this stream; in order. */
  see({ timeline, tMs, captureMs, cameraNtpMs }: FrameTime): void {
    let piece = this.#pieces.at(-1);
    if (piece?.timeline !== timeline) {
      piece = { timeline, fromMs: tMs, captureMs: 0, cameraMs: undefined };
      this.#pieces.push(piece);
      if (this.#pieces.length > PIECES) this.#pieces.shift();
    }
    piece.captureMs = captureMs - tMs;
    if (cameraNtpMs !== undefined) piece.cameraMs = cameraNtpMs - tMs;
  }

  /** The media time at which `other` took what this stream took at `tMs`; undefined before the first frame of either. */
  on(other: StreamClock, tMs: number): number | undefined {
    const here = pieceAt(this.#pieces, (piece) => piece.fromMs <= tMs);
    if (here === undefined) return undefined;
    const there = pieceAt(other.#pieces, (piece) => piece.fromMs <= tMs + between(here, piece));
    return there === undefined ? undefined : tMs + between(here, there);
  }
}

/** The last that has begun, or the first: what was before it has no piece of its own. */
function pieceAt(pieces: readonly Piece[], begun: (piece: Piece) => boolean): Piece | undefined {
  return pieces.findLast(begun) ?? pieces[0];
}

/** Added to a media time of `here` it gives that of `there`. */
function between(here: Piece, there: Piece): number {
  return here.cameraMs !== undefined && there.cameraMs !== undefined
    ? here.cameraMs - there.cameraMs
    : here.captureMs - there.captureMs;
}

/** How much later `b` was taken than `a`, ms: by the camera's own clock where both streams tell it, else by capture time. */
export function apartMs(a: FrameTime, b: FrameTime): number {
  return a.cameraNtpMs !== undefined && b.cameraNtpMs !== undefined
    ? b.cameraNtpMs - a.cameraNtpMs
    : b.captureMs - a.captureMs;
}
