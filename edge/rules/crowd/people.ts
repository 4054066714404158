// Who stands in a crowd zone at a frame: heads in a frame that has any, else persons.
import { contains } from "../../geometry/polygon.ts";
import type { SceneZone } from "../../scene/scene.ts";
import type { RoadUser } from "../road-user.ts";
import type { RuleFrame } from "../rule.ts";

/** Somebody whom the detector missed is counted for this long; raising it steadies counts and keeps ghosts. */
const MISSED_MS = 800;

/** Whether this frame's people are counted by heads. */
function countsHeads(frame: RuleFrame): boolean {
  return frame.users.some((user) => user.track.class === "head" && user.track.observed);
}

/** Whom this frame counts, wherever they are: heads where it has any, else bodies; whoever rides is one of them. */
export function everybody(frame: RuleFrame): readonly RoadUser[] {
  return found(frame).everybody;
}

function isHead({ track }: RoadUser): boolean {
  return track.class === "head";
}

function isBody({ track }: RoadUser): boolean {
  return track.class === "person" || track.class === "rider";
}

/** Whom a frame counts, and where: several rules and the samples ask for the same zones. */
interface Found {
  readonly everybody: readonly RoadUser[];
  readonly zones: Map<SceneZone, readonly RoadUser[]>;
}
const foundIn = new WeakMap<RuleFrame, Found>();

function found(frame: RuleFrame): Found {
  const known = foundIn.get(frame);
  if (known !== undefined) return known;
  const everybody = frame.users.filter(countsHeads(frame) ? isHead : isBody);
  const fresh: Found = { everybody, zones: new Map() };
  foundIn.set(frame, fresh);
  return fresh;
}

/** The people in a zone, in the order of the frame's users. */
export function peopleIn(zone: SceneZone, frame: RuleFrame): readonly RoadUser[] {
  const { everybody, zones } = found(frame);
  const known = zones.get(zone);
  if (known !== undefined) return known;
  const people = everybody.filter((user) => isPresent(user, frame.tMs) && contains(zone.polygon, user.foot));
  zones.set(zone, people);
  return people;
}

/**
 * Seen in this frame, or missed for a moment. On a ground plane a body that the picture's edge cuts is nowhere yet;
 * without one it still counts, since a near crowd may be cut off all along the lower edge.
 */
function isPresent(user: RoadUser, tMs: number): boolean {
  if (user.track.observed) return user.located || !user.metric;
  return tMs - user.track.lastSeenMs <= MISSED_MS;
}

/** How many people a zone holds: by a network of people's density where the camera has one, else by those followed. */
export function personsIn(zone: SceneZone, frame: RuleFrame): number {
  const counted = frame.counted?.get(zone.name);
  return counted === undefined ? peopleIn(zone, frame).length : Math.max(0, Math.round(counted.people));
}

/** By what a zone is counted in this frame. */
export function countedBy(zone: SceneZone, frame: RuleFrame): "density" | "heads" | "persons" {
  if (frame.counted?.has(zone.name) === true) return "density";
  return countsHeads(frame) ? "heads" : "persons";
}

/** From so many people on bodies hide each other: a count of them is a lower bound (docs/crowd.md). */
const BODIES_END = 30;
/** Heads are told apart further. */
const HEADS_END = 200;
/** Mean absolute error over people, as measured on labelled pictures up to there. */
const ERROR_SHARE = 0.18;

/**
 * How good a count of that many people is: its mean absolute error, and whether there may be many more. The error of a
 * site's own network is the site's to measure.
 */
export function countQuality(
  zone: SceneZone,
  frame: RuleFrame,
  persons: number,
): { readonly count: "about" | "at least"; readonly count_error?: number } {
  const by = countedBy(zone, frame);
  if (by === "density") return { count: "about" };
  const end = by === "heads" ? HEADS_END : BODIES_END;
  return {
    count: persons >= end ? "at least" : "about",
    count_error: Math.max(1, Math.round(ERROR_SHARE * persons)),
  };
}

/** Persons per square metre; undefined where the zone's ground is not known. */
export function densityIn(zone: SceneZone, persons: number): number | undefined {
  return zone.areaM2 === undefined || zone.areaM2 === 0 ? undefined : persons / zone.areaM2;
}
