// Failing to give way: somebody turns right over the crosswalk in front of a person who is walking over it.
import type { Place } from "../../body.ts";
import { type Actor, type Intention, windowMs } from "../intention.ts";
import { CROSSWALK, STOP_Y } from "../junction.ts";
import { heedless } from "../mind.ts";
import { pressedSince } from "../giving-way.ts";
import { onApproach } from "./cast.ts";

const CENTRE_Y = (CROSSWALK.from + CROSSWALK.to) / 2;
/** Beside whoever waits for the green light, who would hold it up otherwise. */
const KERB_X = 9.85;
/** Everybody else has stopped for the red light, and who came by on yellow is gone. */
const CLEARED_S = 1.5;

function turning(name: string, shortM: number): Intention {
  return {
    name,
    corridors: ["kerb", "feet"],
    beforeS: 16,
    afterS: 8,
    needsS: 4,
    fits: ({ rightOnRed }) => rightOnRed,
    // The person needs most of the red to come so far.
    moment: ({ signals, random }, from) =>
      signals.nextNorth("red", from) + random.between(13.5, Math.max(14, signals.redS - 4)),
    cast: (cast): Actor => {
      const { at, random } = cast;
      const speed = random.between(4.5, 5.5);
      const actor = onApproach(cast, {
        vehicle: "motorcycle",
        lateral: KERB_X,
        speed,
        route: { kind: "right", turnAt: -9, radius: 4.5 },
        keyS: STOP_Y,
        mind: () => heedless(speed),
      });
      const red = at - cast.signals.northSince(at);
      const start = red + CLEARED_S;
      const over = at + (CENTRE_Y - STOP_Y) / speed;
      const from: Place = { x: -11.5, y: CENTRE_Y + random.between(-0.5, 0.5) };
      const walked = KERB_X - shortM - from.x;
      const walker = {
        id: cast.nextId(),
        path: [from, { x: 14, y: from.y }],
        speed: walked / (over - start),
        from: start,
        trail: [],
      };
      return actor.kind === "driver" ? { ...actor, walkers: [walker] } : actor;
    },
  };
}

const cutsOff: Intention = {
  ...turning("turns right in front of somebody on the crosswalk", 1.7),
  breaks: "yield",
  verdict: (trail, _setting, others) => {
    const pressed = others.map((walker) => pressedSince(trail, walker)).find((found) => found !== undefined);
    if (pressed === undefined || pressed.grey) return undefined;
    return {
      t_ms: windowMs(pressed.since - 0.3, pressed.until + 0.8),
      true_ms: Math.round(pressed.since * 1000),
    };
  },
};

const passesInTime: Intention = {
  ...turning("turns right while somebody on the crosswalk is still far away", 7),
  near: "yield",
  kept: () => true,
};

export const YIELD_INTENTIONS: readonly Intention[] = [cutsOff, passesInTime];
