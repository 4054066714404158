// Measures what sparing frames saves: the same clip by two boxes side by side, one of which rests while nothing happens.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import { parseDocument } from "yaml";
import type { ReadyModel } from "../../../models/ready-model.ts";
import { EmbeddedBroker } from "../../../server/broker.ts";
import type { CameraRun, EventSeen } from "./camera-process.ts";
import { makeVisitorsClip, VISITORS_S } from "./clip.ts";
import { runCamera } from "./whole.ts";

export interface GatedFigures {
  /** Processor time of the box that rests ÷ that of the one that does not, over the same clip. */
  readonly gated_cpu_ratio: number;
  /** Whether both told the same, each within {@link LATEST_MS}. */
  readonly same_events: boolean;
  readonly events: number;
  /** Of frames in which nobody is to be seen. */
  readonly idle_share: number;
  readonly always_cpu_ms_per_s: number;
  readonly gated_cpu_ms_per_s: number;
  /** Analysed by the one and by the other. */
  readonly frames: number;
  readonly gated_frames: number;
  /** By how much the latest of the same events came later, ms of media time. */
  readonly latest_ms: number;
  readonly missing: readonly string[];
  readonly model: string;
  readonly load_average: number;
}

/** A key frame comes every two seconds: so much later somebody may be seen first. */
const LATEST_MS = 2_500;
const FROM_MS = 3_000;
const TO_MS = (VISITORS_S - 2) * 1000;
const BOX = "bench";

export interface GatedBench {
  readonly model: ReadyModel;
  readonly sample: string;
  readonly log: Logger;
}

export async function measureGated({ model, sample, log }: GatedBench): Promise<GatedFigures> {
  const folder = mkdtempSync(join(tmpdir(), "ngatu-bench-gated-"));
  const broker = new EmbeddedBroker({ boxes: [BOX], log });
  try {
    const clip = join(folder, "clip.mp4");
    await makeVisitorsClip(sample, clip);
    await broker.start();
    const run = async (analyse: "always" | "on-change"): Promise<CameraRun> => {
      const data = join(folder, analyse);
      mkdirSync(data);
      const cameraFile = writeCamera(data, clip, analyse);
      const access = broker.access(BOX);
      const window = { fromMs: FROM_MS, toMs: TO_MS, pace: "realtime-file" } as const;
      return await runCamera({ cameraFile, model, folder: data, broker: access, ...window });
    };
    // Side by side, so that both meet the same machine.
    const [always, gated] = await Promise.all([run("always"), run("on-change")]);
    return { ...figuresOf(always, gated), model: model.name, load_average: round(loadavg()[0] ?? 0) };
  } finally {
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The figures of two runs over the same clip. */
export function figuresOf(always: CameraRun, gated: CameraRun): Omit<GatedFigures, "model" | "load_average"> {
  const { latestMs, missing } = compare(always.events, gated.events);
  const seconds = (TO_MS - FROM_MS) / 1000;
  return {
    gated_cpu_ratio: round(gated.cpuMs / always.cpuMs),
    same_events: missing.length === 0,
    events: always.events.length,
    idle_share: round(always.emptyFrames / always.frames),
    always_cpu_ms_per_s: round(always.cpuMs / seconds),
    gated_cpu_ms_per_s: round(gated.cpuMs / seconds),
    frames: always.frames,
    gated_frames: gated.frames,
    latest_ms: round(latestMs),
    missing,
  };
}

/** Pairs the events of two runs that are about the same and near in time; what is left over on either side is missing. */
export function compare(
  one: readonly EventSeen[],
  other: readonly EventSeen[],
): { readonly latestMs: number; readonly missing: readonly string[] } {
  const left = [...other];
  const missing: string[] = [];
  let latestMs = 0;
  for (const event of one) {
    const at = left.findIndex(
      ({ what, tMs }) => what === event.what && Math.abs(tMs - event.tMs) <= LATEST_MS,
    );
    const match = left[at];
    if (match === undefined) {
      missing.push(`${event.what} at ${event.tMs} ms: only without gating`);
      continue;
    }
    latestMs = Math.max(latestMs, match.tMs - event.tMs);
    left.splice(at, 1);
  }
  return {
    latestMs,
    missing: [...missing, ...left.map(({ what, tMs }) => `${what} at ${tMs} ms: only with gating`)],
  };
}

function writeCamera(folder: string, clip: string, analyse: string): string {
  const scene = fileURLToPath(new URL("./visitors.yaml", import.meta.url));
  const document = parseDocument(readFileSync(scene, "utf8"));
  document.set("source", clip);
  document.set("analyse", analyse);
  const file = join(folder, "camera.yaml");
  writeFileSync(file, String(document));
  return file;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
