// Runs the product's health monitor over one variant of a clip, and counts over many.
import type { SmallPicture } from "../../../edge/camera/frame.ts";
import { HEALTH_KINDS, type HealthKind } from "../../../edge/health/kind.ts";
import { HealthMonitor, type HealthNotice } from "../../../edge/health/monitor.ts";
import { samplePicture } from "../../../edge/health/sample.ts";
import type { Variant } from "./clip-pictures.ts";
import { HEALTHY_S } from "./degradation.ts";

/** What opened in one variant of one clip. */
export interface Watched {
  readonly clip: string;
  readonly variant: Variant;
  readonly opened: readonly HealthNotice[];
}

export async function watch(
  clip: string,
  variant: Variant,
  pictures: AsyncIterable<SmallPicture>,
): Promise<Watched> {
  const monitor = new HealthMonitor();
  const opened: HealthNotice[] = [];
  let tMs = 0;
  for await (const picture of pictures) {
    const whole = { x1: 0, y1: 0, x2: picture.width, y2: picture.height };
    const notices = monitor.step(tMs, await samplePicture(picture, whole));
    opened.push(...notices.filter(({ state }) => state === "opened"));
    tMs += 1000;
  }
  return { clip, variant, opened };
}

export interface HealthScores {
  /** `wrong`: how many degraded clips opened a fault of another kind, too. */
  readonly kinds: Readonly<
    Record<HealthKind, { readonly recall: number; readonly n: number; readonly wrong: number }>
  >;
  /** Faults that opened on healthy pictures: untouched clips, and the healthy part of the others. */
  readonly false_events: number;
  readonly clips: number;
}

export function scoresOf(watched: readonly Watched[]): HealthScores {
  const early = ({ tMs }: HealthNotice): boolean => tMs < HEALTHY_S * 1000;
  const ofKind = (kind: HealthKind): HealthScores["kinds"][HealthKind] => {
    const degraded = watched.filter(({ variant }) => variant === kind);
    const late = degraded.map(({ opened }) => opened.filter((notice) => !early(notice)));
    const found = late.filter((opened) => opened.some((notice) => notice.kind === kind)).length;
    const wrong = late.filter((opened) => opened.some((notice) => notice.kind !== kind)).length;
    return { recall: degraded.length === 0 ? 0 : found / degraded.length, n: degraded.length, wrong };
  };
  return {
    kinds: Object.fromEntries(HEALTH_KINDS.map((kind) => [kind, ofKind(kind)])) as HealthScores["kinds"],
    false_events: watched.flatMap(({ variant, opened }) =>
      variant === "untouched" ? opened : opened.filter(early),
    ).length,
    clips: watched.filter(({ variant }) => variant === "untouched").length,
  };
}
