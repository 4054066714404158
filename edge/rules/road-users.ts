// Places every track of a frame in the scene: the one stage that all rules share.
import { bottomCentre, centre, type Point } from "../geometry/box.ts";
import { applyHomography } from "../geometry/homography.ts";
import { groundAt, groundBelow } from "../scene/ground.ts";
import type { Scene } from "../scene/scene.ts";
import type { Track } from "../track/track.ts";
import { bestSeat, castVote, type RidingVote } from "./riding.ts";
import { type RoadUser, USUAL_HEIGHT_M } from "./road-user.ts";
import { clearTrail, createTrail, extendTrail, judgeStanding, type Trail, trailVelocity } from "./trail.ts";

/** A box this near to an edge of the picture is cut there (FORMATS §2). */
const EDGE_PX = 2;
/** After a longer gap a movement is not joined up. */
const GAP_MS = 2000;
/** Height of a head over the ground, metres (FORMATS §7). */
const HEAD_M = 1.55;
/** No road user is faster: a track that is has jumped to another one. */
const FASTEST_MS = 40;
const JITTER_M = 2;
/** Slower movements have no reliable direction. */
const HEADING_MS = 1;
/** A body below its head, in heights of the head's box, where no camera position is known. */
const BODY_IN_HEADS = 5.5;

interface Memory {
  readonly trail: Trail;
  foot: Point;
  place: Point;
  locatedMs: number;
  seenMs: number;
  vote: RidingVote | undefined;
  heading: Point | undefined;
}

/** Follows places over frames; forgets a track with the tracker. A changed scene takes a new stage. */
export interface RoadUsers {
  step(tMs: number, tracks: readonly Track[]): RoadUser[];
}

export function createRoadUsers(scene: Scene): RoadUsers {
  const memories = new Map<number, Memory>();
  let lastMs: number | undefined;

  const place = (track: Track, tMs: number, people: number, vote: RidingVote | undefined): RoadUser => {
    const memory = memories.get(track.id);
    const foot = footOf(track, scene);
    const located = track.observed && isLocated(track, scene);
    const ground = scene.ground === undefined ? undefined : groundAt(scene.ground, foot);
    const at = ground ?? reckon(memory, foot, track);
    const before =
      memory !== undefined &&
      memory.locatedMs >= 0 &&
      tMs - memory.locatedMs <= GAP_MS &&
      !jumps(memory, at, tMs)
        ? { tMs: memory.locatedMs, foot: memory.foot, place: memory.place }
        : undefined;
    const kept = memory ?? {
      trail: createTrail(),
      foot,
      place: at,
      locatedMs: -1,
      seenMs: tMs,
      vote: undefined,
      heading: undefined,
    };
    memories.set(track.id, kept);
    kept.seenMs = tMs;
    kept.vote = vote;
    if (located) {
      if (before === undefined) {
        clearTrail(kept.trail);
        kept.heading = undefined;
      }
      extendTrail(kept.trail, tMs, at);
      kept.foot = foot;
      kept.place = at;
      kept.locatedMs = tMs;
    }
    const velocity = trailVelocity(kept.trail, tMs);
    if (located) judgeStanding(kept.trail, tMs, at);
    const { standingSinceMs } = kept.trail;
    const speedMs = velocity === undefined ? undefined : Math.hypot(velocity.x, velocity.y);
    if (velocity !== undefined && speedMs !== undefined && speedMs > HEADING_MS) {
      kept.heading = { x: velocity.x / speedMs, y: velocity.y / speedMs };
    }
    return {
      track,
      foot,
      place: at,
      metric: ground !== undefined,
      located,
      people,
      ...(before === undefined ? {} : { before }),
      ...(velocity === undefined || speedMs === undefined
        ? {}
        : { velocity: { x: velocity.x, y: velocity.y }, speedMs }),
      ...(kept.heading === undefined ? {} : { heading: kept.heading }),
      ...(standingSinceMs === undefined ? {} : { standingSinceMs }),
      ...(vote !== undefined && vote.share > 0.5 ? { ridesOn: vote.vehicleId } : {}),
    };
  };

  return {
    step(tMs, tracks) {
      const elapsedMs = lastMs === undefined ? 0 : tMs - lastMs;
      lastMs = tMs;
      const placed = tracks.filter((track) => track.class !== "face" && track.class !== "plate");
      const twoWheelers = placed.filter((track) => track.class === "motorcycle" || track.class === "bicycle");
      const people = new Map<number, number>();
      const votes = new Map<number, RidingVote>();
      for (const track of placed) {
        if (track.class !== "person" && track.class !== "rider") continue;
        const best = bestSeat(track, twoWheelers);
        const vote = memories.get(track.id)?.vote ?? {
          vehicleId: best?.vehicle.id ?? 0,
          share: best === undefined ? 0 : 1,
        };
        castVote(vote, best?.vehicle.id, elapsedMs);
        votes.set(track.id, vote);
        if (vote.share > 0.5) people.set(vote.vehicleId, (people.get(vote.vehicleId) ?? 0) + 1);
      }
      const users = placed.map((track) => place(track, tMs, people.get(track.id) ?? 0, votes.get(track.id)));
      if (memories.size > users.length) {
        for (const [id, memory] of memories) if (memory.seenMs < tMs) memories.delete(id);
      }
      return users;
    },
  };
}

/** Whether a track is suddenly where its road user cannot be. */
function jumps(memory: Memory, place: Point, tMs: number): boolean {
  const distance = Math.hypot(place.x - memory.place.x, place.y - memory.place.y);
  return distance > JITTER_M + (FASTEST_MS * (tMs - memory.locatedMs)) / 1000;
}

function isLocated(track: Track, scene: Scene): boolean {
  const box = track.detected ?? track.box;
  const { width, height } = scene.picture;
  return box.x1 > EDGE_PX && box.x2 < width - EDGE_PX && box.y2 < height - EDGE_PX;
}

function footOf(track: Track, scene: Scene): Point {
  if (track.class !== "head") return bottomCentre(track.box);
  const middle = centre(track.box);
  if (scene.ground !== undefined) {
    const ground = groundBelow(scene.ground, middle, HEAD_M);
    const foot = ground === undefined ? undefined : applyHomography(scene.ground.toPicture, ground);
    if (foot !== undefined) return foot;
  }
  const below = track.box.y2 + BODY_IN_HEADS * (track.box.y2 - track.box.y1);
  return { x: middle.x, y: Math.min(scene.picture.height - 1, below) };
}

/** Without ground: the last place moved on by the picture's movement, scaled by the usual height of the class. */
function reckon(memory: Memory | undefined, foot: Point, track: Track): Point {
  const metresPerPixel = (USUAL_HEIGHT_M[track.class] ?? 1.5) / Math.max(1, track.box.y2 - track.box.y1);
  if (memory === undefined) return { x: foot.x * metresPerPixel, y: foot.y * metresPerPixel };
  return {
    x: memory.place.x + (foot.x - memory.foot.x) * metresPerPixel,
    y: memory.place.y + (foot.y - memory.foot.y) * metresPerPixel,
  };
}
