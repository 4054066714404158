// How far the picture is off its rest: what shakes the mast must not shake the places of road users.
import { lengthOf } from "../geometry/box.ts";
import type { DetectionColumns } from "./columns.ts";
import { HEIGHT, X, X_VELOCITY, Y, Y_VELOCITY } from "./kalman.ts";
import type { Tracklet } from "./tracklet.ts";

/** With fewer road users in view nothing is said of the picture. */
const LEAST_TRACKS = 4;
/** This share of them must have moved alike. */
const AGREEING = 0.6;
/** Only who was seen as lately as this takes part, and has been followed for so long that its speed is known. */
const RECENT_MS = 500;
const KNOWN_MS = 800;
/** A detection is another one's when it is taller or lower by more than this factor. */
const MOST_GROWTH = 1.3;
/** How far a detection is looked for around a prediction, in box heights: at rest, and when the picture has jumped. */
const NEAR_HEIGHTS = 0.5;
const FAR_HEIGHTS = 2.5;
/**
 * A common shift up to this is no shake: boxes jitter (share of their height, over the root of their number), and a
 * queue that starts moves on alike (box heights per s²). Raising them leaves more to the filters, lowering them takes
 * traffic for the wind.
 */
const JITTER_HEIGHTS = 0.3;
const START_HEIGHTS_S2 = 1;
/** Who drives away gets slower in the picture, all of a platoon alike: by this share of their way from frame to frame. */
const SLOWING = 0.25;
/** Shifts of one shake differ by this at most, in box heights and pixels. */
const ALIKE_HEIGHTS = 0.08;
const ALIKE_PX = 2;
/**
 * A mast swings about its rest: slower movements than this, rad/s, are no shaking, and what stays is the place of a
 * turned camera. Lowering it follows slower swings, and forgets later what was taken for one.
 */
const SLOWEST = 0.5;
const DAMPING = 1.4;
/** A shift this small, in box heights, for this long, and the picture is at rest. */
const REST_HEIGHTS = 0.02;
const REST_S = 2;
/** After a longer gap nothing is predicted well enough. */
const GAP_S = 1;
const MAX_VOTERS = 40;
const MAX_VOTES = 480;

/** The shift of the latest frame, pixels: where something is seen, less where it is in a picture at rest. */
export interface Shake {
  readonly shift: { readonly x: number; readonly y: number };
  /**
   * Judges a frame before association. `tracklets` are predicted, in the picture at rest; `columns` as seen.
   * Detections below `least` confidence are not asked. In a picture that does not shake the shift stays exactly 0.
   */
  look(
    tMs: number,
    seconds: number,
    tracklets: readonly Tracklet[],
    columns: DetectionColumns,
    least: number,
  ): void;
}

export function createShake(): Shake {
  const shift = { x: 0, y: 0 };
  /** Filled again in each frame; the first `count` are of this one. */
  const asked: Tracklet[] = [];
  let count = 0;
  let restS = Number.POSITIVE_INFINITY;
  let capacity = 0;
  let shiftsX = new Float64Array(0);
  let shiftsY = new Float64Array(0);
  let heights = new Float64Array(0);
  const votesX = new Float64Array(MAX_VOTES);
  const votesY = new Float64Array(MAX_VOTES);
  const voters = new Int32Array(MAX_VOTES);

  const choose = (tMs: number, tracklets: readonly Tracklet[]): void => {
    count = 0;
    for (const tracklet of tracklets) {
      const known = tracklet.id > 0 && tracklet.lastSeenMs - tracklet.firstSeenMs >= KNOWN_MS;
      if (known && tMs - tracklet.lastSeenMs <= RECENT_MS) asked[count++] = tracklet;
    }
    if (count <= capacity) return;
    capacity = count * 2;
    shiftsX = new Float64Array(capacity);
    shiftsY = new Float64Array(capacity);
    heights = new Float64Array(capacity);
  };

  /** How fast most have been, box heights per second. */
  const usualSpeed = (): number => {
    for (let row = 0; row < count; row++) {
      const { state, usual } = asked[row] as Tracklet;
      shiftsX[row] = lengthOf(usual[0] as number, usual[1] as number) / (state[HEIGHT] as number);
    }
    return median(shiftsX, count);
  };

  /** Fills the shifts of all that have a detection near to where they are expected; says how many have. */
  const compare = (columns: DetectionColumns, least: number, x: number, y: number): number => {
    let found = 0;
    for (let row = 0; row < count; row++) {
      const tracklet = asked[row] as Tracklet;
      const height = tracklet.state[HEIGHT] as number;
      const atX = (tracklet.state[X] as number) + x;
      const atY = (tracklet.state[Y] as number) + y;
      let nearest = NEAR_HEIGHTS * height;
      let best = -1;
      for (let place = firstFrom(columns, atX - nearest); place < columns.count; place++) {
        const column = columns.order[place] as number;
        const dx = (columns.middle[column] as number) - atX;
        if (dx > nearest) break;
        if (!mayBe(columns, column, tracklet, height, least)) continue;
        const distance = lengthOf(dx, (columns.y2[column] as number) - atY);
        if (distance >= nearest) continue;
        nearest = distance;
        best = column;
      }
      if (best === -1) continue;
      shiftsX[found] = (columns.middle[best] as number) - atX;
      shiftsY[found] = (columns.y2[best] as number) - atY;
      heights[found++] = height;
    }
    return found;
  };

  /** The shift by which most of the road users, each with its own detection, have moved alike; false: they have not. */
  const vote = (columns: DetectionColumns, least: number, leastHeights: number): boolean => {
    const stride = Math.ceil(count / MAX_VOTERS);
    let votes = 0;
    let voting = 0;
    let tallest = 0;
    for (let row = 0; row < count; row += stride) {
      const tracklet = asked[row] as Tracklet;
      const height = tracklet.state[HEIGHT] as number;
      const reach = FAR_HEIGHTS * height;
      voting++;
      tallest = Math.max(tallest, height);
      const atX = tracklet.state[X] as number;
      const atY = tracklet.state[Y] as number;
      for (let place = firstFrom(columns, atX + shift.x - reach); place < columns.count; place++) {
        const column = columns.order[place] as number;
        const dx = (columns.middle[column] as number) - atX;
        if (dx - shift.x > reach || votes === MAX_VOTES) break;
        const dy = (columns.y2[column] as number) - atY;
        if (Math.abs(dy - shift.y) > reach || !mayBe(columns, column, tracklet, height, least)) continue;
        votesX[votes] = dx;
        votesY[votes] = dy;
        voters[votes++] = row;
      }
    }
    let most = 0;
    let winner = -1;
    const alike = ALIKE_PX + ALIKE_HEIGHTS * tallest;
    for (let one = 0; one < votes; one++) {
      const alikes = supporters(votes, votesX[one] as number, votesY[one] as number, alike);
      if (alikes > most) {
        most = alikes;
        winner = one;
      }
    }
    if (most < LEAST_TRACKS || most < AGREEING * voting) return false;
    if (supporters(votes, shift.x, shift.y, alike) * 1.5 > most) return false;
    const x = votesX[winner] as number;
    const y = votesY[winner] as number;
    if (lengthOf(x - shift.x, y - shift.y) <= leastHeights * tallest) return false;
    shift.x = x;
    shift.y = y;
    return true;
  };

  const supporters = (votes: number, x: number, y: number, alike: number): number => {
    let sum = 0;
    let last = -1;
    for (let other = 0; other < votes; other++) {
      if (voters[other] === last) continue;
      if (lengthOf((votesX[other] as number) - x, (votesY[other] as number) - y) > alike) continue;
      sum++;
      last = voters[other] as number;
    }
    return sum;
  };

  const atRest = (): boolean => restS >= REST_S;

  const settle = (): void => {
    shift.x = 0;
    shift.y = 0;
    restS = Number.POSITIVE_INFINITY;
  };

  /** Moves the shift on by what most have in common; says how tall the road users are. */
  const follow = (columns: DetectionColumns, least: number): number => {
    const found = compare(columns, least, shift.x, shift.y);
    if (found < LEAST_TRACKS || found < AGREEING * count) return Number.NaN;
    shift.x += middleMean(shiftsX, found);
    shift.y += middleMean(shiftsY, found);
    return median(heights, found);
  };

  /** Takes out of the velocities what the first frames of the shake have put into all of them alike. */
  const undisturb = (tracklets: readonly Tracklet[]): void => {
    for (let row = 0; row < count; row++) {
      const { state, usual } = asked[row] as Tracklet;
      shiftsX[row] = (state[X_VELOCITY] as number) - (usual[0] as number);
      shiftsY[row] = (state[Y_VELOCITY] as number) - (usual[1] as number);
    }
    push(tracklets, 0, 0, -median(shiftsX, count), -median(shiftsY, count));
  };

  /**
   * That the picture moves and that all in it moves look the same in one frame; over time a picture comes back. So the
   * shift is drawn to its rest, and what it loses goes to the road users: a high-pass of second order on the shift.
   */
  const swingBack = (tracklets: readonly Tracklet[], seconds: number): void => {
    const part = 1 - Math.exp(-DAMPING * SLOWEST * seconds);
    const pull = SLOWEST ** 2 * seconds;
    const { x, y } = shift;
    push(tracklets, part * x, part * y, pull * x, pull * y);
    shift.x -= part * x;
    shift.y -= part * y;
  };

  return {
    shift,
    look(tMs, seconds, tracklets, columns, least) {
      choose(tMs, tracklets);
      if (seconds > GAP_S || (count < LEAST_TRACKS && atRest())) {
        settle();
        return;
      }
      if (count < LEAST_TRACKS) {
        swingBack(tracklets, seconds);
        return;
      }
      const found = compare(columns, least, shift.x, shift.y);
      const seen = found >= LEAST_TRACKS && found >= AGREEING * count;
      const common = seen ? lengthOf(median(shiftsX, found), median(shiftsY, found)) : 0;
      const height = seen ? median(heights, found) : 0;
      const leastHeights =
        JITTER_HEIGHTS / Math.sqrt(count) +
        START_HEIGHTS_S2 * seconds ** 2 +
        SLOWING * usualSpeed() * seconds;
      const calm = seen && common <= leastHeights * height;
      if (calm && atRest()) return;
      if (!calm && vote(columns, least, leastHeights)) {
        if (atRest()) undisturb(tracklets);
        restS = 0;
      }
      if (atRest()) return;
      const tall = follow(columns, least);
      restS = lengthOf(shift.x, shift.y) <= REST_HEIGHTS * tall ? restS + seconds : 0;
      if (atRest()) settle();
      else swingBack(tracklets, seconds);
    },
  };
}

/** Moves all of them by pixels and pixels per second. */
function push(tracklets: readonly Tracklet[], x: number, y: number, speedX: number, speedY: number): void {
  for (const { state } of tracklets) {
    state[X] = (state[X] as number) + x;
    state[Y] = (state[Y] as number) + y;
    state[X_VELOCITY] = (state[X_VELOCITY] as number) + speedX;
    state[Y_VELOCITY] = (state[Y_VELOCITY] as number) + speedY;
  }
}

function mayBe(
  columns: DetectionColumns,
  column: number,
  tracklet: Tracklet,
  height: number,
  least: number,
): boolean {
  if (columns.group[column] !== tracklet.group || (columns.confidence[column] as number) < least)
    return false;
  const ratio = ((columns.y2[column] as number) - (columns.y1[column] as number)) / height;
  return columns.free[column] === 1 && ratio <= MOST_GROWTH && ratio >= 1 / MOST_GROWTH;
}

/** Place in the order of the first column whose middle is not left of `x`. */
function firstFrom({ count, order, middle }: DetectionColumns, x: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const between = (low + high) >> 1;
    if ((middle[order[between] as number] as number) < x) low = between + 1;
    else high = between;
  }
  return low;
}

/** Of the first `count` values, which it sorts. */
function median(values: Float64Array, count: number): number {
  const sorted = values.subarray(0, count).sort();
  return ((sorted[count >> 1] as number) + (sorted[(count - 1) >> 1] as number)) / 2;
}

/**
 * Mean of the middle half of the first `count` values, which it sorts. What a median leaves over in the mean would
 * be added up by all filters alike, frame after frame.
 */
function middleMean(values: Float64Array, count: number): number {
  const sorted = values.subarray(0, count).sort();
  const from = count >> 2;
  let sum = 0;
  for (let i = from; i < count - from; i++) sum += sorted[i] as number;
  return sum / (count - 2 * from);
}
