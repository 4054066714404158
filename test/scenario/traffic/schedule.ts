// Which intentions a scene holds, when, and which strips of road they have to themselves meanwhile.
import type { RuleKind } from "../../../config/rule.ts";
import type { Reservations } from "./background.ts";
import { FOOT_INTENTIONS } from "./intentions/foot.ts";
import { LANE_INTENTIONS } from "./intentions/lane.ts";
import { PASSAGE_INTENTIONS } from "./intentions/passage.ts";
import { SIGNAL_INTENTIONS } from "./intentions/signal.ts";
import { STANDING_INTENTIONS } from "./intentions/standing.ts";
import { JAM_INTENTIONS } from "./intentions/jam.ts";
import { TRUCK_INTENTIONS } from "./intentions/truck.ts";
import { YIELD_INTENTIONS } from "./intentions/yield.ts";
import type { Intention, Setting } from "./intention.ts";

export interface Booking {
  readonly intention: Intention;
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

const INTENTIONS = [
  ...SIGNAL_INTENTIONS,
  ...LANE_INTENTIONS,
  ...STANDING_INTENTIONS,
  ...PASSAGE_INTENTIONS,
  ...FOOT_INTENTIONS,
  ...JAM_INTENTIONS,
  ...TRUCK_INTENTIONS,
  ...YIELD_INTENTIONS,
];
/** Share of violations among what is booked; the rest is lawful and close to one. */
const BREACH_SHARE = 0.6;
/** So many breaches of the featured rule come first, in so many attempts: not every one fits in, nor comes off. */
const FEATURED = 2;
const FEATURED_ATTEMPTS = 20;
/** Seconds kept free at the end, so that every event still has time to come. */
const TAIL_S = 5;
/** A vehicle of ordinary traffic is over the line this long after it enters, when it needs not wait. */
const FREE_PASSAGE_S = 12;
const QUEUE_DISCHARGE_S = 12;

/** Rules that some intention breaks, of those given. */
export function breakable(rules: Iterable<RuleKind>): RuleKind[] {
  const broken = new Set(INTENTIONS.map(({ breaks }) => breaks));
  return [...rules].filter((rule) => broken.has(rule));
}

/**
 * Books intentions of the given rules (and what comes close to them) without overlap in time and place; breaches of
 * the featured rule before all others.
 */
export function book(
  setting: Setting,
  rules: ReadonlySet<RuleKind>,
  durationS: number,
  most: number,
  featured?: RuleKind,
): Booking[] {
  const { random, junction } = setting;
  const candidates = INTENTIONS.filter((intention) => {
    const rule = intention.breaks ?? intention.near;
    return rule !== undefined && rules.has(rule) && (intention.fits?.(junction) ?? true);
  });
  const bookings: Booking[] = [];
  const [first, ...others] = new Set(candidates.map((each) => each.breaks ?? each.near));
  if (first === undefined) return bookings;
  for (let attempt = 0; attempt < FEATURED_ATTEMPTS + most * 5 && bookings.length < most; attempt++) {
    // By rule first: what takes long or has few variants would be rare otherwise.
    const anyRule = random.pick([first, ...others]);
    const anyBreach = random.chance(BREACH_SHARE);
    const isFeatured = featured !== undefined && attempt < FEATURED_ATTEMPTS && bookings.length < FEATURED;
    const rule = isFeatured ? featured : anyRule;
    const wantsBreach = isFeatured || anyBreach;
    const ofRule = candidates.filter((each) => (each.breaks ?? each.near) === rule);
    const [best, ...more] = ofRule.filter((each) => (each.breaks !== undefined) === wantsBreach);
    const intention = best === undefined ? ofRule[0] : random.pick([best, ...more]);
    if (intention === undefined) continue;
    const at = intention.moment(setting, random.between(1 + Math.min(4, intention.beforeS), durationS * 0.8));
    const booking = { intention, at, from: at - intention.beforeS, to: at + intention.afterS };
    if (at + (intention.needsS ?? Math.min(intention.afterS, 22)) > durationS - TAIL_S) continue;
    if (bookings.some((other) => collide(other, booking))) continue;
    bookings.push(booking);
  }
  return bookings;
}

function collide(a: Booking, b: Booking): boolean {
  const sharesStrip = a.intention.corridors.some((corridor) => b.intention.corridors.includes(corridor));
  return sharesStrip && a.from < b.to && b.from < a.to;
}

export function reservationsOf(bookings: readonly Booking[], { signals }: Setting): Reservations {
  return {
    free(strip, t) {
      const arrival = t + 7;
      const leaves =
        signals.north(arrival) === "green"
          ? t + FREE_PASSAGE_S
          : signals.nextNorth("green", arrival) + QUEUE_DISCHARGE_S;
      return !bookings.some(
        ({ intention, from, to }) => intention.corridors.includes(strip) && from < leaves && t < to,
      );
    },
  };
}
