// The health of one camera's picture over time: what opens when a fault lasts and closes when it is over.
import { featuresOf } from "./features.ts";
import { judgeSample, type Verdict } from "./judge.ts";
import type { HealthKind } from "./kind.ts";
import { Reference } from "./reference.ts";
import { SAMPLE, type Sample } from "./sample.ts";
import { Stillness } from "./stillness.ts";

/** Evidence that opens a fault, ms: a lorry before the lens has passed by then. */
const OPEN_MS = 6_000;
/** The same for a view that has changed altogether and is found nowhere near, ms. */
const OPEN_UNSURE_MS = 15_000;
/** A fault closes after so long without any, ms. */
const CLOSE_MS = 5_000;
/** Each second of health takes back so many seconds of evidence: traffic close before the lens comes and goes. */
const HEALTH_WEIGHT = 1;
/** Each second of another fault takes back so much: traffic before a camera that moved must not hide it. */
const OTHER_WEIGHT = 0.5;
/** A gap in the stream is evidence for nothing: a sample speaks for so long at most, ms. */
const MOST_STEP_MS = 2_000;

/** One change: at most one kind is open at a time. */
export interface HealthNotice {
  readonly kind: HealthKind;
  readonly state: "opened" | "closed";
  /** Media time of the change, and of the first sample that showed it, ms. */
  readonly tMs: number;
  readonly sinceMs: number;
  /** By how much the view turned, per cent of the picture's width and height, where that is known. */
  readonly turnedPercent?: readonly [number, number];
}

/** A fault that is looked at: how long its evidence is by now, and since when. */
interface Suspicion {
  readonly kind: HealthKind;
  readonly sinceMs: number;
  readonly evidenceMs: number;
}

/** Fed about once a second with samples in order of media time; deterministic. */
export class HealthMonitor {
  readonly #reference: Reference;
  readonly #stillness = new Stillness();
  #suspicion: Suspicion | undefined;
  #open: HealthKind | undefined;
  #moved = false;
  #wellSinceMs: number | undefined;
  #lastMs: number | undefined;

  /** @param reference the background as it was learned before; by default it is learned anew. */
  constructor(reference: Reference = new Reference()) {
    this.#reference = reference;
  }

  get open(): HealthKind | undefined {
    return this.#open;
  }

  /** The view is no longer the scene's; stays so while another fault hides it. */
  get moved(): boolean {
    return this.#moved;
  }

  /** The background is known, nothing is wrong and nothing is looked at more closely. */
  get settled(): boolean {
    return this.#reference.known && this.#open === undefined && this.#suspicion === undefined;
  }

  get reference(): Reference {
    return this.#reference;
  }

  /** What opened or closed with this sample. */
  step(tMs: number, sample: Sample): HealthNotice[] {
    const features = featuresOf(sample);
    const frozen = this.#stillness.step(tMs, sample);
    const verdict = judgeSample(features, this.#reference);
    // Nothing moves where there is no light: that it stands still says nothing then.
    const kind = frozen && verdict?.kind !== "dark" ? "frozen" : verdict?.kind;
    const stepMs = Math.min(MOST_STEP_MS, Math.max(0, tMs - (this.#lastMs ?? tMs)));
    this.#lastMs = tMs;
    this.#suspicion = weigh(this.#suspicion, kind, tMs, stepMs);
    this.#wellSinceMs = kind === undefined ? (this.#wellSinceMs ?? tMs) : undefined;
    if (kind === undefined && this.#suspicion === undefined && this.#open === undefined)
      this.#reference.learn(features);
    if (this.#open !== undefined && this.#wellSinceMs !== undefined && tMs - this.#wellSinceMs >= CLOSE_MS) {
      this.#moved = false;
      return this.#close(tMs, this.#wellSinceMs);
    }
    const suspicion = this.#suspicion;
    if (suspicion === undefined || suspicion.kind !== kind || kind === this.#open) return [];
    return suspicion.evidenceMs < neededMs(kind, verdict) ? [] : this.#change(suspicion, tMs, verdict);
  }

  #close(tMs: number, sinceMs: number): HealthNotice[] {
    const kind = this.#open;
    this.#open = undefined;
    return kind === undefined ? [] : [{ kind, state: "closed", tMs, sinceMs }];
  }

  #change({ kind, sinceMs }: Suspicion, tMs: number, verdict: Verdict | undefined): HealthNotice[] {
    const closed = this.#close(tMs, sinceMs);
    this.#open = kind;
    if (kind === "moved") this.#moved = true;
    return [...closed, { kind, state: "opened", tMs, sinceMs, ...turnOf(verdict) }];
  }
}

function weigh(
  before: Suspicion | undefined,
  kind: HealthKind | undefined,
  tMs: number,
  stepMs: number,
): Suspicion | undefined {
  const fresh = kind === undefined ? undefined : { kind, sinceMs: tMs, evidenceMs: 0 };
  // Whatever stands before a frozen camera, it is the standstill that is to be told.
  if (before === undefined || (kind === "frozen" && before.kind !== kind)) return fresh;
  const weight = kind === before.kind ? 1 : kind === undefined ? -HEALTH_WEIGHT : -OTHER_WEIGHT;
  // More than what opens is not kept: what has lasted for hours must not take hours to be forgotten.
  const evidenceMs = Math.min(OPEN_UNSURE_MS, before.evidenceMs + weight * stepMs);
  return evidenceMs > 0 || kind === before.kind ? { ...before, evidenceMs } : fresh;
}

function neededMs(kind: HealthKind, verdict: Verdict | undefined): number {
  if (kind === "frozen") return 0;
  return verdict?.certain === false ? OPEN_UNSURE_MS : OPEN_MS;
}

function turnOf(verdict: Verdict | undefined): Pick<HealthNotice, "turnedPercent"> {
  if (verdict?.turned === undefined) return {};
  const { dx, dy } = verdict.turned;
  const percent = (points: number, of: number): number => Math.round((points / of) * 1000) / 10;
  return { turnedPercent: [percent(dx, SAMPLE.width), percent(dy, SAMPLE.height)] };
}
