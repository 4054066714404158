// Many more people in a zone within seconds.
import { suddenChange } from "./sudden-change.ts";

/** Growth over those there before: raising it ignores more ordinary coming. */
const RATIO = 0.6;

export const crowdSurge = suddenChange("crowd-surge", 1, RATIO);
