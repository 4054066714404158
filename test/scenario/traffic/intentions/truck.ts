// Trucks in a lane that is closed to them at some hours.
import type { Intention } from "../intention.ts";
import { MIXED_LANE, STOP_Y } from "../junction.ts";
import { heedless } from "../mind.ts";
import { onApproach } from "./cast.ts";
import { inGreen } from "./moments.ts";
import { insideFor } from "./strip.ts";

const truckOutOfHours: Intention = {
  name: "drives a truck in the lane at hours at which it is open to trucks",
  near: "truck-hours",
  fits: ({ closedToTrucks }) => !closedToTrucks,
  corridors: ["mixed"],
  beforeS: 14,
  afterS: 5,
  moment: inGreen(7, 18),
  cast: (cast) => {
    const speed = cast.random.between(6.5, 8);
    return onApproach(cast, {
      vehicle: "truck",
      lateral: 6,
      speed,
      keyS: STOP_Y,
      mind: () => heedless(speed),
    });
  },
};
const truckInHours: Intention = {
  ...truckOutOfHours,
  name: "drives a truck in the lane that is closed to trucks at these hours",
  breaks: "truck-hours",
  fits: ({ closedToTrucks }) => closedToTrucks,
  verdict: insideFor(MIXED_LANE, 1.5, STOP_Y),
};

export const TRUCK_INTENTIONS: readonly Intention[] = [truckInHours, truckOutOfHours];
