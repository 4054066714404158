// Follows a replay and draws each of its frames: keeps the trails and what was raised of late.
import type { Frame } from "../../edge/camera/frame.ts";
import type { PipelineEvent } from "../../edge/event/event-draft.ts";
import type { Point } from "../../edge/geometry/box.ts";
import type { Pipeline } from "../../edge/pipeline.ts";
import type { HeatCells } from "../../edge/rules/crowd/heat.ts";
import { AnnotateError, type AnnotatedVideo } from "./annotated-video.ts";
import { overlaySvg, type Raised } from "./overlay.ts";

/** How long a trail follows its track, and how long something raised is shown. */
const TRAIL_MS = 3_000;
const SHOWN_MS = 4_000;
/** More than these do not fit on a picture; the newest are shown. */
const MAX_RAISED = 8;
/** Counts and samples are drawn at their lines and zones; flow reports say nothing of one moment. */
const SHOWN: ReadonlySet<string> = new Set([
  "vn.ngatu.traffic.case.v1",
  "vn.ngatu.traffic.observation.v1",
  "vn.ngatu.incident.v1",
  "vn.ngatu.crowd.alert.v1",
]);

export interface Annotation {
  raise(events: readonly PipelineEvent[]): void;
  /** Draws the frame that the pipeline has just seen; it must still be readable. */
  draw(pipeline: Pipeline, frame: Frame): Promise<void>;
}

interface Step extends Point {
  readonly tMs: number;
}

export function createAnnotation(video: AnnotatedVideo): Annotation {
  const trails = new Map<number, Step[]>();
  const cells = new Map<string, HeatCells>();
  let raised: Raised[] = [];

  const follow = (pipeline: Pipeline, tMs: number): void => {
    for (const { id, box, observed } of pipeline.latest?.tracks ?? []) {
      if (!observed) continue;
      const trail = trails.get(id) ?? [];
      trails.set(id, trail);
      trail.push({ tMs, x: (box.x1 + box.x2) / 2, y: box.y2 });
    }
    for (const [id, trail] of trails) {
      while (trail[0] !== undefined && trail[0].tMs < tMs - TRAIL_MS) trail.shift();
      if (trail.length === 0) trails.delete(id);
    }
    raised = raised.filter((one) => one.tMs >= tMs - SHOWN_MS).slice(-MAX_RAISED);
  };

  return {
    raise(events) {
      for (const { draft } of events) {
        if (draft.type === "vn.ngatu.crowd.sample.v1") {
          const sample = draft.data as { zone: string; cells?: HeatCells };
          if (sample.cells !== undefined) cells.set(sample.zone, sample.cells);
        }
        if (!SHOWN.has(draft.type)) continue;
        const data = draft.data as { rule?: string; t_ms?: number; track?: { id: number }; state?: string };
        if (data.state === "updated" || data.rule === undefined || data.t_ms === undefined) continue;
        raised.push({
          tMs: data.t_ms,
          rule: data.state === undefined ? data.rule : `${data.rule} ${data.state}`,
          isCase: draft.type === "vn.ngatu.traffic.case.v1",
          ...(data.track === undefined ? {} : { trackId: data.track.id }),
        });
      }
    },
    async draw(pipeline, frame) {
      const { tMs } = frame.time;
      if (frame.full === undefined) throw new AnnotateError("the camera gives no full-size pictures");
      const live = pipeline.live(0, 0);
      if (live === undefined || pipeline.latest === undefined) return;
      follow(pipeline, tMs);
      const { width, height } = frame.full;
      const plates = new Map(
        pipeline.latest.tracks.flatMap(({ id }) => {
          const plate = pipeline.plateOf(id);
          return plate === undefined ? [] : [[id, plate.display] as const];
        }),
      );
      const moment = { scene: pipeline.scene, frame: pipeline.latest, live, raised, cells, trails, plates };
      await video.write(tMs, frame.full, overlaySvg(moment, width, height));
    },
  };
}
