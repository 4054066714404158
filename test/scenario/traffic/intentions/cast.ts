// Puts an intention's vehicle on the watched approach so that it reaches its key place at its key moment.
import type { Driver, Mind } from "../driver.ts";
import type { Actor, Cast } from "../intention.ts";
import type { Route } from "../route.ts";
import { createVehicle, type VehicleKind } from "../vehicle.ts";

/** Where vehicles enter: behind the camera, out of the picture. */
export const ENTRY_S = -76;

export interface Part {
  readonly vehicle: VehicleKind;
  readonly lateral: number;
  readonly speed: number;
  readonly route?: Route;
  /** Place along the route that its rear reaches at the key moment, driving freely. */
  readonly keyS: number;
  readonly people?: number;
  readonly mind: (vehicle: Driver["vehicle"]) => Mind;
}

export function onApproach({ at, id, random }: Cast, part: Part): Actor {
  const vehicle = createVehicle(id, part.vehicle, random, part.people);
  const distance = part.keyS + vehicle.length / 2 - ENTRY_S;
  return {
    kind: "driver",
    from: at - distance / part.speed,
    driver: {
      vehicle,
      arm: "north",
      route: part.route ?? { kind: "straight" },
      mind: part.mind(vehicle),
      against: false,
      s: ENTRY_S,
      lateral: part.lateral,
      speed: part.speed,
      committed: false,
      trail: [],
    },
  };
}
