// Places every track of a frame in the scene: the one stage that all rules share.
import { lengthOf, type Point } from "../geometry/box.ts";
import { type Ground, groundBelow, pictureAt, placeOnGround } from "../scene/ground.ts";
import type { Scene } from "../scene/scene.ts";
import type { Track } from "../track/track.ts";
import { bestSeat, castVote, type RidingVote } from "./riding.ts";
import { type Located, type RoadUser, USUAL_HEIGHT_M } from "./road-user.ts";
import {
  clearTrail,
  createFit,
  createTrail,
  extendTrail,
  type Fit,
  fitTrail,
  judgeStanding,
  renewTrail,
  standsAt,
  type Trail,
} from "./trail.ts";

/** A box this near to an edge of the picture is cut there (FORMATS §2). */
const EDGE_PX = 2;
/** After a longer gap a movement is not joined up. */
const GAP_MS = 2000;
/** Whoever stood still and is seen again where it stood has stood there meanwhile; after longer, nobody knows. */
const HIDDEN_MS = 10_000;
/** Whoever has not been seen on a two-wheeler for longer isn't counted on it: the lost track of one who has a new one. */
const LOST_MS = 300;
/** Height of a head over the ground, metres (FORMATS §7). */
const HEAD_M = 1.55;
/**
 * A track that is farther than this from where its road user was going has gone over to another one: boxes shake (so
 * many of their own scatters), drivers brake and turn; of newcomers only a speed is known that nobody exceeds.
 */
const ASTRAY_M = 2;
const ASTRAY_SCATTERS = 3;
const ACCELERATION_MS2 = 5;
const FASTEST_MS = 40;
/** Slower movements have no reliable direction. */
const HEADING_MS = 1;
const AT_REST: Point = { x: 0, y: 0 };
/** A body below its head, in heights of the head's box, where no camera position is known. */
const BODY_IN_HEADS = 5.5;

type Writable<T> = { -readonly [K in keyof T]-?: T[K] };
interface Moment {
  tMs: number;
  readonly foot: Writable<Point>;
  readonly place: Writable<Point>;
}

/** What is kept of a track; everything in it is filled again in each frame, so that a frame allocates little. */
interface Memory {
  readonly trail: Trail;
  readonly user: Omit<Writable<RoadUser>, "foot" | "place"> & Omit<Moment, "tMs">;
  readonly velocity: Fit;
  /** The last frame in which it was located, at first the first one; `tMs` below 0: it never was. */
  readonly last: Moment;
  /** The same before this frame, as the user shows it. */
  readonly before: Moment;
  seenMs: number;
  /** How many sit on it in this frame. */
  people: number;
  vote: RidingVote | undefined;
  readonly heading: Writable<Point>;
}

/** Follows places over frames; forgets a track with the tracker. A changed scene takes a new stage. */
export interface RoadUsers {
  /** `shift`: how far the picture is off its rest, pixels; places are those of the picture at rest. The array holds until the next step. */
  step(tMs: number, tracks: readonly Track[], shift?: Point): RoadUser[];
}

export function createRoadUsers(scene: Scene): RoadUsers {
  const memories = new Map<number, Memory>();
  /** Trails of tracks that are gone, for those to come; no more than there were tracks at once. */
  const spareTrails: Trail[] = [];
  const twoWheelers: Track[] = [];
  const users: RoadUser[] = [];
  let lastMs: number | undefined;
  let off = AT_REST;

  const recall = (track: Track, tMs: number): void => {
    let memory = memories.get(track.id);
    if (memory === undefined) {
      const spare = spareTrails.pop();
      memory = createMemory(track, off, scene, spare === undefined ? createTrail() : renewTrail(spare));
      memories.set(track.id, memory);
    }
    memory.seenMs = tMs;
    memory.people = 0;
    if (!isPerson(track)) memory.vote = undefined;
  };

  /** Finds who rides on what, and counts the people on every two-wheeler. */
  const seat = (tracks: readonly Track[], tMs: number, elapsedMs: number): void => {
    twoWheelers.length = 0;
    for (const track of tracks) {
      if (track.class === "motorcycle" || track.class === "bicycle") twoWheelers.push(track);
    }
    for (const track of tracks) {
      const memory = isPerson(track) ? memories.get(track.id) : undefined;
      if (memory === undefined) continue;
      const best = bestSeat(track, twoWheelers);
      memory.vote ??= { vehicleId: best?.id ?? 0, share: best === undefined ? 0 : 1, onFootMs: 0 };
      castVote(memory.vote, best?.id, elapsedMs);
      const sits = memory.vote.share > 0.5 && memory.vote.vehicleId === best?.id;
      if (!sits || tMs - track.lastSeenMs > LOST_MS) continue;
      const vehicle = memories.get(memory.vote.vehicleId);
      if (vehicle !== undefined) vehicle.people++;
    }
  };

  const place = (memory: Memory, track: Track, tMs: number): RoadUser => {
    const { trail, user, last, before, velocity, vote } = memory;
    const { foot, place: at } = user;
    placeFoot(foot, track, off, scene);
    const metric = scene.ground !== undefined && placeOnGround(scene.ground, foot, at);
    if (!metric) reckon(at, last, foot, track);
    const renewed = last.tMs >= 0 && jumps(memory, at, tMs);
    const joined = last.tMs >= 0 && tMs - last.tMs <= GAP_MS && !renewed;
    before.tMs = last.tMs;
    put(before, last.foot, last.place);
    user.track = track;
    user.metric = metric;
    user.located = track.observed && isLocated(track, scene);
    user.renewed = user.located && renewed;
    user.before = joined ? before : undefined;
    user.people = memory.people;
    user.ridesOn = vote !== undefined && vote.share > 0.5 ? vote.vehicleId : undefined;
    if (user.located) {
      if (!joined) {
        // Hidden behind a bus for a while, a vehicle that stood still stands.
        if (renewed || tMs - last.tMs > HIDDEN_MS || !standsAt(trail, at)) {
          clearTrail(trail);
          user.heading = undefined;
        } else trail.length = 0;
      }
      extendTrail(trail, tMs, at);
      last.tMs = tMs;
      put(last, foot, at);
    }
    const moves = fitTrail(trail, tMs, velocity);
    if (user.located && moves) judgeStanding(trail, tMs, velocity);
    user.velocity = moves ? velocity : undefined;
    user.speedMs = moves ? velocity.speedMs : undefined;
    if (moves) turn(memory);
    user.standingSinceMs = trail.standingSinceMs;
    return user;
  };

  return {
    step(tMs, tracks, shift = AT_REST) {
      off = shift;
      const elapsedMs = lastMs === undefined ? 0 : tMs - lastMs;
      lastMs = tMs;
      const placed = tracks.every(isPlaced) ? tracks : tracks.filter(isPlaced);
      for (const track of placed) recall(track, tMs);
      seat(placed, tMs, elapsedMs);
      let count = 0;
      for (const track of placed) users[count++] = place(memories.get(track.id) as Memory, track, tMs);
      users.length = count;
      if (memories.size > users.length) {
        memories.forEach((memory, id) => {
          if (memory.seenMs >= tMs) return;
          memories.delete(id);
          spareTrails.push(memory.trail);
        });
      }
      return users;
    },
  };
}

function createMemory(track: Track, shift: Point, scene: Scene, trail: Trail): Memory {
  // Not 0: a field that was ever a small integer costs an allocation with each fraction that is written to it.
  const foot = { x: Number.NaN, y: Number.NaN };
  placeFoot(foot, track, shift, scene);
  const at = { x: Number.NaN, y: Number.NaN };
  const metric = scene.ground !== undefined && placeOnGround(scene.ground, foot, at);
  if (!metric) reckon(at, undefined, foot, track);
  const moment = (): Moment => ({ tMs: -1, foot: pointOf(foot), place: pointOf(at) });
  return {
    trail,
    user: {
      track,
      foot,
      place: at,
      metric: false,
      located: false,
      renewed: false,
      before: undefined,
      velocity: undefined,
      speedMs: undefined,
      heading: undefined,
      standingSinceMs: undefined,
      ridesOn: undefined,
      people: 0,
    },
    velocity: createFit(),
    last: moment(),
    before: moment(),
    seenMs: 0,
    people: 0,
    vote: undefined,
    heading: { x: Number.NaN, y: Number.NaN },
  };
}

/** Keeps the direction of the latest clear movement: boxes that shake move a standing vehicle too. */
function turn({ user, velocity, heading, trail }: Memory): void {
  const { speedMs } = velocity;
  if (trail.standingSinceMs !== undefined || speedMs <= Math.max(HEADING_MS, 3 * velocity.errorMs)) return;
  // Whoever comes to a stand does not turn round in a second, but its shaking box may seem to.
  const back = user.heading !== undefined && heading.x * velocity.x + heading.y * velocity.y < 0;
  if (back && speedMs <= Math.max(2 * HEADING_MS, 4 * velocity.errorMs)) return;
  heading.x = velocity.x / speedMs;
  heading.y = velocity.y / speedMs;
  user.heading = heading;
}

/** A face is not placed, and a plate goes with its vehicle. */
function isPlaced(track: Track): boolean {
  return track.class !== "face" && track.class !== "plate";
}

function isPerson(track: Track): boolean {
  return track.class === "person" || track.class === "rider";
}

/** Whether a track is suddenly where its road user cannot be. */
function jumps({ last, user, velocity }: Memory, place: Point, tMs: number): boolean {
  const seconds = (tMs - last.tMs) / 1000;
  const dx = place.x - last.place.x;
  const dy = place.y - last.place.y;
  if (user.velocity === undefined) return lengthOf(dx, dy) > ASTRAY_M + FASTEST_MS * seconds;
  const astray = lengthOf(dx - velocity.x * seconds, dy - velocity.y * seconds);
  return (
    astray > ASTRAY_M + ASTRAY_SCATTERS * velocity.scatterM + (ACCELERATION_MS2 * seconds * seconds) / 2 &&
    // Braking to a stand is no jump, however long nobody saw it.
    lengthOf(dx, dy) > ASTRAY_M
  );
}

function isLocated(track: Track, scene: Scene): boolean {
  const box = track.detected ?? track.box;
  const { width, height } = scene.picture;
  return box.x1 > EDGE_PX && box.x2 < width - EDGE_PX && box.y2 < height - EDGE_PX;
}

function pointOf({ x, y }: Point): Writable<Point> {
  return { x, y };
}

/** Its time is not written here: a number that is handed to a function may cost memory. */
function put(where: Moment, foot: Point, place: Point): void {
  where.foot.x = foot.x;
  where.foot.y = foot.y;
  where.place.x = place.x;
  where.place.y = place.y;
}

/** Writes where a track touches the ground, in the picture at rest; a head's body is reckoned below it. */
function placeFoot(foot: Writable<Point>, track: Track, shift: Point, scene: Scene): void {
  const { box } = track;
  foot.x = (box.x1 + box.x2) / 2 - shift.x;
  foot.y = box.y2 - shift.y;
  if (track.class !== "head") return;
  const head = { x: foot.x, y: (box.y1 + box.y2) / 2 - shift.y };
  const standing = scene.ground === undefined ? undefined : bodyBelow(head, scene.ground);
  foot.x = standing?.x ?? foot.x;
  foot.y = standing?.y ?? Math.min(scene.picture.height - 1, foot.y + BODY_IN_HEADS * (box.y2 - box.y1));
}

/** Where in the picture the body of a head stands; undefined where the camera's position isn't known. */
export function bodyBelow(head: Point, ground: Ground): Point | undefined {
  const below = groundBelow(ground, head, HEAD_M);
  return below === undefined ? undefined : pictureAt(ground, below);
}

/** Without ground: the last place moved on by the picture's movement, scaled by the usual height of the class. */
function reckon(at: Writable<Point>, last: Located | undefined, foot: Point, track: Track): void {
  const metresPerPixel = (USUAL_HEIGHT_M[track.class] ?? 1.5) / Math.max(1, track.box.y2 - track.box.y1);
  at.x = (last?.place.x ?? 0) + (foot.x - (last?.foot.x ?? 0)) * metresPerPixel;
  at.y = (last?.place.y ?? 0) + (foot.y - (last?.foot.y ?? 0)) * metresPerPixel;
}
