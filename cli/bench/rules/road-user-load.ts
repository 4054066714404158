// Moving road users for the rules' benchmark: always so many of them in the picture, seen as a detector sees them.
import type { ClassName } from "../../../contract/common.ts";
import type { Detection } from "../../../edge/detect/detection.ts";
import { applyHomography } from "../../../edge/geometry/homography.ts";
import type { Ground } from "../../../edge/scene/ground.ts";
import { createRandom, type Random } from "../../../test/scenario/random.ts";

export type LoadKind = "traffic" | "crowd";

/** Metres of the scene files' ground that road users move on. */
const GROUND = { width: 40, length: 60 } as const;
/** Share of boxes missed and shake of the rest in box sizes: the judge's noise level L1. */
const MISSED = 0.08;
const SHAKE = 0.05;
const FALSE_BOXES = 0.2;

/** Width and height with whoever rides on it, m, and speed in traffic this dense, m/s. */
const BODIES: Readonly<Partial<Record<ClassName, readonly [number, number, number]>>> = {
  person: [0.55, 1.65, 1.3],
  motorcycle: [0.8, 1.1, 4],
  car: [1.8, 1.5, 4],
  bus: [2.5, 3, 3],
  truck: [2.5, 3, 3],
};

/** Of twenty road users in mixed traffic: nine motorbikes, six of their riders seen as persons, the rest. */
const MIX: readonly ClassName[] = [
  ...Array<ClassName>(9).fill("motorcycle"),
  ...Array<ClassName>(6).fill("person"),
  ...(["car", "car", "truck", "person", "person"] as const),
];
const RIDERS_FROM = 9;
const RIDERS_TO = 15;

interface Mover {
  readonly class: ClassName;
  /** The motorbike that this person sits on. */
  readonly vehicle: Mover | undefined;
  x: number;
  y: number;
  vx: number;
  vy: number;
}

/** Detections of `frames` frames, `stepMs` apart, of `count` road users; the same for the same arguments. */
export function roadUserLoad(
  kind: LoadKind,
  count: number,
  frames: number,
  stepMs: number,
  ground: Ground,
): Detection[][] {
  const random = createRandom(`${kind}/${count}`);
  const movers = population(kind, count, random);
  return Array.from({ length: frames }, () => {
    for (const mover of movers) move(mover, stepMs / 1000);
    const seen = movers.filter(() => !random.chance(MISSED)).map((mover) => see(mover, ground, random));
    for (let extra = random.count(FALSE_BOXES); extra > 0; extra--) {
      seen.push(see({ ...mover("car", random, kind), vehicle: undefined }, ground, random));
    }
    return seen;
  });
}

function population(kind: LoadKind, count: number, random: Random): Mover[] {
  const movers: Mover[] = [];
  for (let index = 0; index < count; index++) {
    const place = index % MIX.length;
    const name = kind === "crowd" ? "person" : (MIX[place] ?? "person");
    const rides = kind === "traffic" && place >= RIDERS_FROM && place < RIDERS_TO;
    const vehicle = rides ? movers[index - RIDERS_FROM] : undefined;
    movers.push({ ...mover(name, random, kind), vehicle });
  }
  return movers;
}

/** Somewhere on the ground: vehicles up the left side or down the right one, people wherever they please. */
function mover(name: ClassName, random: Random, kind: LoadKind): Omit<Mover, "vehicle"> {
  const speed = (BODIES[name]?.[2] ?? 1) * random.between(0.6, 1.3);
  const x = random.between(1, GROUND.width - 1);
  const y = random.between(0, GROUND.length);
  const up = kind === "traffic" && name !== "person";
  const angle = up ? (x < 24 ? Math.PI / 2 : -Math.PI / 2) : random.between(0, 2 * Math.PI);
  return { class: name, x, y, vx: speed * Math.cos(angle), vy: speed * Math.sin(angle) };
}

/** Vehicles leave at one end and come in at the other as somebody new; people turn round at the edge. */
function move(one: Mover, seconds: number): void {
  if (one.vehicle !== undefined) {
    one.x = one.vehicle.x;
    one.y = one.vehicle.y;
    return;
  }
  one.x += one.vx * seconds;
  one.y += one.vy * seconds;
  if (one.class !== "person") {
    one.y = (one.y + GROUND.length) % GROUND.length;
    return;
  }
  if (one.x < 0 || one.x > GROUND.width) one.vx = -one.vx;
  if (one.y < 0 || one.y > GROUND.length) one.vy = -one.vy;
}

function see(one: Mover, ground: Ground, random: Random): Detection {
  const foot = applyHomography(ground.toPicture, one) ?? { x: 0, y: 0 };
  const beside = applyHomography(ground.toPicture, { x: one.x + 1, y: one.y }) ?? foot;
  const scale = Math.hypot(beside.x - foot.x, beside.y - foot.y);
  const [widthM, heightM] = BODIES[one.class] ?? [1, 1];
  const width = widthM * scale;
  const height = heightM * scale;
  // A rider sits on the saddle, half a metre up.
  const bottom = foot.y - (one.vehicle === undefined ? 0 : 0.5 * scale);
  const shake = (size: number): number => random.normal(0, SHAKE * size);
  return {
    class: one.class,
    confidence: random.between(0.4, 0.95),
    box: {
      x1: foot.x - width / 2 + shake(width),
      y1: bottom - height + shake(height),
      x2: foot.x + width / 2 + shake(width),
      y2: bottom + shake(height),
    },
  };
}
