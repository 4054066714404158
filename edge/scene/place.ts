// Lines, lanes and zones of a camera file as geometry, in the picture and on the ground.
import type { Static } from "typebox";
import type { Lane, Line, Zone } from "../../config/camera.ts";
import type { Point } from "../geometry/box.ts";
import { centroid, polygonArea } from "../geometry/polygon.ts";
import { signedDistance } from "../geometry/segment.ts";
import { type Ground, groundAt } from "./ground.ts";
import type { SceneLane, SceneLine, SceneZone } from "./scene.ts";

/** A pair of a camera file as a point; the schema has made sure of its two numbers. */
export function toPoint(pair: readonly number[]): Point {
  return { x: pair[0] as number, y: pair[1] as number };
}

export function placeLine(line: Static<typeof Line>, ground: Ground | undefined): SceneLine {
  const segment = { from: toPoint(line.from), to: toPoint(line.to) };
  const forwardPicture = signedDistance(segment, toPoint(line.towards)) >= 0 ? 1 : -1;
  const onGround = ground === undefined ? undefined : lineOnGround(segment, forwardPicture, ground);
  return {
    name: line.name,
    kind: line.kind,
    segment,
    forwardPicture,
    ...(onGround === undefined ? {} : { onGround }),
  };
}

/** `towards` may lie beyond the horizon, so the far side is taken from a point one pixel off the line's middle. */
function lineOnGround(
  segment: { from: Point; to: Point },
  forwardPicture: 1 | -1,
  ground: Ground,
): SceneLine["onGround"] {
  const dx = segment.to.x - segment.from.x;
  const dy = segment.to.y - segment.from.y;
  const length = Math.hypot(dx, dy);
  const beside = {
    x: (segment.from.x + segment.to.x) / 2 - (dy / length) * forwardPicture,
    y: (segment.from.y + segment.to.y) / 2 + (dx / length) * forwardPicture,
  };
  const from = groundAt(ground, segment.from);
  const to = groundAt(ground, segment.to);
  const far = groundAt(ground, beside);
  if (from === undefined || to === undefined || far === undefined) return undefined;
  return { segment: { from, to }, forward: signedDistance({ from, to }, far) >= 0 ? 1 : -1 };
}

export function placeLane(lane: Static<typeof Lane>, ground: Ground | undefined): SceneLane {
  const polygon = lane.polygon.map(toPoint);
  const middle = centroid(polygon);
  const towards = toPoint(lane.towards);
  const directionPicture = unit({ x: towards.x - middle.x, y: towards.y - middle.y });
  const directionGround =
    ground === undefined ? undefined : directionOnGround(middle, directionPicture, ground);
  return {
    name: lane.name,
    polygon,
    directionPicture,
    ...(directionGround === undefined ? {} : { directionGround }),
    ...(lane.classes === undefined ? {} : { classes: lane.classes }),
    ...(lane.speed_limit_kmh === undefined ? {} : { speedLimitKmh: lane.speed_limit_kmh }),
  };
}

/** A straight line of the picture is one on the ground, so one pixel of the way gives the whole direction. */
function directionOnGround(middle: Point, direction: Point, ground: Ground): Point | undefined {
  const start = groundAt(ground, middle);
  const next = groundAt(ground, { x: middle.x + direction.x, y: middle.y + direction.y });
  if (start === undefined || next === undefined) return undefined;
  return unit({ x: next.x - start.x, y: next.y - start.y });
}

export function placeZone(zone: Static<typeof Zone>, ground: Ground | undefined): SceneZone {
  const polygon = zone.polygon.map(toPoint);
  const corners = ground === undefined ? [] : polygon.map((corner) => groundAt(ground, corner));
  const onGround = corners.filter((corner) => corner !== undefined);
  const measured = onGround.length === polygon.length;
  return {
    name: zone.name,
    kind: zone.kind,
    polygon,
    ...(zone.capacity === undefined ? {} : { capacity: zone.capacity }),
    ...(measured ? { areaM2: polygonArea(onGround) } : {}),
  };
}

function unit(vector: Point): Point {
  const length = Math.hypot(vector.x, vector.y);
  return length === 0 ? { x: 0, y: 0 } : { x: vector.x / length, y: vector.y / length };
}
