// Vehicles of a Vietnamese street: sizes, plates, and the people who sit on two-wheelers.
import type { Body } from "../body.ts";
import type { Random } from "../random.ts";

export type VehicleKind = "motorcycle" | "bicycle" | "car" | "bus" | "truck";

/** Metres, and how it drives: m/s, m/s². */
export interface Vehicle {
  readonly id: number;
  readonly kind: VehicleKind;
  readonly length: number;
  readonly width: number;
  readonly height: number;
  readonly plate: string | undefined;
  /** People on a two-wheeler; 0 for vehicles with a cabin. */
  readonly people: number;
  readonly child: boolean;
  readonly speed: number;
}

const SIZES: Record<VehicleKind, readonly [number, number, number]> = {
  motorcycle: [1.9, 0.75, 1.1],
  bicycle: [1.75, 0.6, 1.05],
  car: [4.4, 1.8, 1.5],
  bus: [10.5, 2.5, 3.1],
  truck: [7.2, 2.3, 2.8],
};
const SPEEDS: Record<VehicleKind, readonly [number, number]> = {
  motorcycle: [7, 10.5],
  bicycle: [4, 5],
  car: [8, 11],
  bus: [7, 9],
  truck: [7, 9],
};
/** Seats of a motorbike along its length, from its middle, in metres: driver, then passengers, then a child in front. */
const SEATS = [0.05, -0.35, -0.72, 0.42] as const;
/** Where a rider's feet are: on the pegs. */
const FEET_M = 0.3;

export function createVehicle(id: number, kind: VehicleKind, random: Random, people?: number): Vehicle {
  const [length, width, height] = SIZES[kind];
  const scale = random.between(0.94, 1.06);
  const [slow, fast] = SPEEDS[kind];
  const seated =
    kind === "motorcycle" ? (people ?? (random.chance(0.35) ? 2 : 1)) : kind === "bicycle" ? 1 : 0;
  return {
    id,
    kind,
    length: length * scale,
    width: width * scale,
    height: height * scale,
    people: seated,
    child: seated > 2 && random.chance(0.4),
    speed: random.between(slow, fast),
    plate: kind === "bicycle" ? undefined : plateText(kind, random),
  };
}

/** The vehicle and its people as bodies; people have identities of their own, which no traffic label names. */
export function bodiesOf(vehicle: Vehicle, x: number, y: number, heading: number): Body[] {
  const { id, length, width, height } = vehicle;
  const bodies: Body[] = [
    {
      id,
      class: vehicle.kind,
      x,
      y,
      heading,
      length,
      width,
      height,
      base: 0,
      group: id,
      plate: vehicle.plate,
    },
  ];
  for (let person = 0; person < vehicle.people; person++) {
    const isChild = vehicle.child && person === vehicle.people - 1;
    const seat = isChild ? SEATS[3] : (SEATS[person] ?? 0.42);
    bodies.push({
      id: riderId(id, person),
      class: (id + person) % 3 === 0 ? "person" : "rider",
      x: x + Math.cos(heading) * seat,
      y: y + Math.sin(heading) * seat,
      heading,
      length: 0.4,
      width: 0.5,
      height: isChild ? 1 : 1.35 + 0.03 * (person % 2),
      base: FEET_M,
      group: id,
      plate: undefined,
    });
  }
  return bodies;
}

function riderId(vehicle: number, person: number): number {
  return 100_000 + vehicle * 10 + person;
}

/** A plate of Bình Dương in the grammar of its class, without separators. */
function plateText(kind: VehicleKind, random: Random): string {
  const digits = Array.from({ length: 5 }, () => random.integer(0, 9)).join("");
  const first = random.pick(["A", "B", "C", "D", "E", "F", "H", "K"]);
  const second = random.pick(["A", "B", "C", "D", "E", "F", "H", "K"]);
  return kind === "motorcycle" ? `61${first}${second}${digits}` : `61${first}${digits}`;
}
