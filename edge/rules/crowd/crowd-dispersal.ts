// A zone that empties within seconds: people run from something.
import { suddenChange } from "./sudden-change.ts";

/** Decline of those there before: raising it ignores more ordinary going. */
const RATIO = 0.5;

export const crowdDispersal = suddenChange("crowd-dispersal", -1, RATIO);
