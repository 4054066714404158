// The junction's fixed-time signals: north–south against east–west, with an all-red second between.

export type Light = "green" | "yellow" | "red";

/** A cycle that repeats; times in seconds of the scene. */
export interface Signals {
  readonly north: (t: number) => Light;
  readonly east: (t: number) => Light;
  /** Seconds since the north–south light took its present colour. */
  northSince(t: number): number;
  /** Start of the next green (red) of the north–south light that begins at or after t. */
  nextNorth(light: Light, t: number): number;
  readonly greenS: number;
  readonly redS: number;
}

const YELLOW_S = 3;
const ALL_RED_S = 1;

export function createSignals(greenS: number, crossGreenS: number, offsetS: number): Signals {
  const redS = ALL_RED_S + crossGreenS + YELLOW_S + ALL_RED_S;
  const cycle = greenS + YELLOW_S + redS;
  const phase = (t: number): number => (((t - offsetS) % cycle) + cycle) % cycle;
  const starts = { green: 0, yellow: greenS, red: greenS + YELLOW_S } as const;
  const north = (t: number): Light => {
    const p = phase(t);
    return p < starts.yellow ? "green" : p < starts.red ? "yellow" : "red";
  };
  return {
    north,
    east: (t) => {
      const p = phase(t) - starts.red - ALL_RED_S;
      if (p < 0 || p >= crossGreenS + YELLOW_S) return "red";
      return p < crossGreenS ? "green" : "yellow";
    },
    northSince: (t) => phase(t) - starts[north(t)],
    nextNorth: (light, t) => t + ((((starts[light] - phase(t)) % cycle) + cycle) % cycle),
    greenS,
    redS,
  };
}
