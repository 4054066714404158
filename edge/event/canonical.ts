// Events as lines: keys sorted (RFC 8785), numbers rounded, so that equal events are equal bytes.
import canonicalize from "canonicalize";

/** Numbers of an event file keep this many decimals. */
const SCALE = 1000;

/** The value as one line without its end. Throws TypeError for what JSON cannot hold, such as NaN. */
export function canonicalLine(value: unknown): string {
  const line = canonicalize(rounded(value));
  if (line === undefined) throw new TypeError("value has no JSON form");
  return line;
}

/** A copy with every number rounded to 3 decimals. Throws RangeError for a number that is not finite. */
export function rounded(value: unknown): unknown {
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new RangeError(`an event cannot hold ${value}`);
    // From 2^43 on a double has no thousandths to round. Adding zero turns −0 into 0.
    return (Math.abs(value) < 2 ** 43 ? Math.round(value * SCALE) / SCALE : value) + 0;
  }
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rounded(item)]));
  }
  return value;
}
