// People who walk against the direction that a zone's stream has had.
import type { Point } from "../../geometry/box.ts";
import { centroid } from "../../geometry/polygon.ts";
import { groundAt } from "../../scene/ground.ts";
import type { Scene, SceneZone } from "../../scene/scene.ts";
import type { RoadUser } from "../road-user.ts";
import { peopleIn } from "./people.ts";
import { zoneAlert } from "./zone-alert.ts";

/** People it takes, and for how long: raising them ignores families, lowering them alerts to each of them. */
const PERSONS = 5;
const HOLD_S = 2;
/** The prevailing direction is that of this long; raising it makes it slower to turn with the stream. */
const WINDOW_S = 60;
/** Slower people have no direction, m/s. */
const WALKING_MS = 0.3;
/** Cosine of the angle from which somebody walks against the stream. */
const AGAINST = -0.5;
/** Share of the walking that must have one direction: below it there is no stream, as on a pavement used both ways. */
const COHERENCE = 0.5;
/** A direction is believed in after this much walking, person-seconds. */
const LEAST_WALKING_S = 10;

/** Walking of one second: sums of velocities and of speeds, person-metres. */
interface Second {
  readonly second: number;
  readonly x: number;
  readonly y: number;
  readonly speed: number;
  readonly walkingS: number;
}

interface Stream {
  readonly lastMs: number;
  readonly seconds: readonly Second[];
}

export const counterFlow = zoneAlert<Stream, "counter-flow">({
  kind: "counter-flow",
  version: 1,
  needsGround: false,
  initial: { lastMs: Number.MIN_SAFE_INTEGER, seconds: [] },
  holdS: (config) => config.hold_s ?? HOLD_S,
  measure(memory, frame, zone, config, scene) {
    const windowS = config.window_s ?? WINDOW_S;
    const people = peopleIn(zone, frame);
    const given = config.towards === undefined ? undefined : towards(config.towards, zone, scene);
    const direction = given ?? prevailing(memory.seconds);
    const stream = flowOn(memory, frame.tMs, people, windowS);
    const limit = config.persons ?? PERSONS;
    const against =
      direction === undefined ? 0 : people.filter((user) => walksAgainst(user, direction)).length;
    return {
      memory: stream,
      measured: {
        value: against,
        limit,
        inclusive: true,
        persons: people.length,
        because: {
          against,
          limit,
          window_s: windowS,
          direction: direction === undefined ? null : [direction.x, direction.y],
        },
      },
    };
  },
});

function walksAgainst({ velocity, speedMs }: RoadUser, direction: Point): boolean {
  if (velocity === undefined || speedMs === undefined || speedMs < WALKING_MS) return false;
  return (velocity.x * direction.x + velocity.y * direction.y) / speedMs < AGAINST;
}

function flowOn(stream: Stream, tMs: number, people: readonly RoadUser[], windowS: number): Stream {
  const second = Math.floor(tMs / 1000);
  const elapsedS = Math.min(1, Math.max(0, (tMs - stream.lastMs) / 1000));
  let { x, y, speed, walkingS } = { x: 0, y: 0, speed: 0, walkingS: 0 };
  for (const user of people) {
    if (user.velocity === undefined || user.speedMs === undefined || user.speedMs < WALKING_MS) continue;
    x += user.velocity.x * elapsedS;
    y += user.velocity.y * elapsedS;
    speed += user.speedMs * elapsedS;
    walkingS += elapsedS;
  }
  const last = stream.seconds.at(-1);
  if (last?.second === second) {
    const sum = {
      second,
      x: last.x + x,
      y: last.y + y,
      speed: last.speed + speed,
      walkingS: last.walkingS + walkingS,
    };
    return { lastMs: tMs, seconds: [...stream.seconds.slice(0, -1), sum] };
  }
  const kept = stream.seconds.filter((entry) => entry.second > second - windowS && entry.second <= second);
  return { lastMs: tMs, seconds: [...kept, { second, x, y, speed, walkingS }] };
}

/** Unit vector of the stream; undefined while there is none. */
function prevailing(seconds: readonly Second[]): Point | undefined {
  let { x, y, speed, walkingS } = { x: 0, y: 0, speed: 0, walkingS: 0 };
  for (const entry of seconds) {
    x += entry.x;
    y += entry.y;
    speed += entry.speed;
    walkingS += entry.walkingS;
  }
  const length = Math.hypot(x, y);
  return walkingS < LEAST_WALKING_S || length < COHERENCE * speed
    ? undefined
    : { x: x / length, y: y / length };
}

/** Direction from the zone's middle to a point of the picture; beyond the horizon the first pixel of the way gives it. */
function towards(point: readonly number[], zone: SceneZone, scene: Scene): Point | undefined {
  const from = centroid(zone.polygon);
  const dx = (point[0] as number) - from.x;
  const dy = (point[1] as number) - from.y;
  const length = Math.hypot(dx, dy);
  if (length === 0) return undefined;
  const unit = { x: dx / length, y: dy / length };
  if (scene.ground === undefined) return unit;
  const start = groundAt(scene.ground, from);
  const next = groundAt(scene.ground, { x: from.x + unit.x, y: from.y + unit.y });
  if (start === undefined || next === undefined) return undefined;
  const metres = Math.hypot(next.x - start.x, next.y - start.y);
  return { x: (next.x - start.x) / metres, y: (next.y - start.y) / metres };
}
