// How far the product's crowd samples are from the people who truly stood in a zone.
import { existsSync, readFileSync } from "node:fs";

/** People in a zone at a media time; `density` in persons per square metre of ground. */
export interface Sample {
  readonly zone: string;
  readonly t_ms: number;
  readonly persons: number;
  readonly density?: number;
}

/** Reads samples.jsonl beside a scenario; none where the file is absent. */
export function readSamples(file: string): Sample[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Sample);
}

export interface DensityError {
  add(truth: readonly Sample[], claimed: readonly Sample[]): void;
  /** Sum of absolute errors over the sum of true densities; undefined before any pair. */
  relative(): number | undefined;
}

/** A claimed sample is compared with the truth of its zone nearest in time, within half a second. */
const NEAREST_MS = 500;

export function createDensityError(): DensityError {
  let error = 0;
  let whole = 0;
  return {
    add(truth, claimed) {
      const byZone = new Map<string, Sample[]>();
      for (const sample of truth) byZone.set(sample.zone, [...(byZone.get(sample.zone) ?? []), sample]);
      for (const sample of claimed) {
        const near = byZone
          .get(sample.zone)
          ?.find(({ t_ms }) => Math.abs(t_ms - sample.t_ms) <= NEAREST_MS && sample.density !== undefined);
        if (near?.density === undefined || sample.density === undefined) continue;
        error += Math.abs(sample.density - near.density);
        whole += near.density;
      }
    },
    relative: () => (whole === 0 ? undefined : error / whole),
  };
}
