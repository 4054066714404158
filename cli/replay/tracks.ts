// Replays kept tracks under another scene or other rules, and compares what they raise with what was raised then.
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { SignalState } from "../../config/camera.ts";
import type { PipelineEvent } from "../../edge/event/event-draft.ts";
import type { Pipeline } from "../../edge/pipeline.ts";
import {
  type RaisedBefore,
  TrackLogError,
  type TrackMinute,
  unpackMinute,
} from "../../edge/track-log/minute.ts";
import { MINUTE_FILE } from "../../edge/track-log/track-log.ts";

/** Tracks that were believed in once are believed in at their first box. */
export const KEPT_TRACKER = { confirmHits: 1, confirmEvidence: 0 } as const;
/** Kept boxes carry no confidence. */
const CONFIDENCE = 0.9;
/** What a person is told of; counts and reports are compared by their totals in the events file. */
const COMPARED: ReadonlySet<string> = new Set([
  "vn.ngatu.traffic.case.v1",
  "vn.ngatu.traffic.observation.v1",
  "vn.ngatu.incident.v1",
  "vn.ngatu.crowd.alert.v1",
]);

export interface Difference {
  readonly type: string;
  readonly rule: string;
  /** How many were raised then, how many would be now, and how many of these are of the same track. */
  readonly before: number;
  readonly now: number;
  readonly same: number;
}

/** Paths of the minutes of a folder in order of time, or the one file. Rejects with the system's error or TrackLogError. */
export async function minuteFiles(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => MINUTE_FILE.test(name));
  if (names.length === 0) throw new TrackLogError(`${path}: there are no minutes of tracks (*.tracks) in it`);
  const startOf = (name: string): number => Number.parseInt(name, 10);
  return names.sort((a, b) => startOf(a) - startOf(b)).map((name) => join(path, name));
}

export interface TracksReplay {
  readonly files: readonly string[];
  readonly pipeline: Pipeline;
  readonly signal: AbortSignal;
  onEvents(events: readonly PipelineEvent[]): Promise<void>;
  onFrame(tMs: number): void;
}

/** Runs all minutes; media time begins at the first frame, wall time is that of then. Resolves with what was raised then. */
export async function replayTracks(replay: TracksReplay): Promise<RaisedBefore[]> {
  const before: RaisedBefore[] = [];
  let startMs: number | undefined;
  for (const file of replay.files) {
    const minute = await minuteOf(file);
    before.push(...minute.raised);
    startMs ??= minute.frames[0]?.captureMs ?? 0;
    await replayMinute(replay, minute, startMs);
  }
  return before;
}

async function minuteOf(file: string): Promise<TrackMinute> {
  try {
    return await unpackMinute(await readFile(file));
  } catch (cause) {
    if (cause instanceof TrackLogError) throw new TrackLogError(`${file}: ${cause.message}`, { cause });
    throw cause;
  }
}

async function replayMinute(replay: TracksReplay, minute: TrackMinute, startMs: number): Promise<void> {
  const { pipeline, signal } = replay;
  const changes = new Map(minute.signals.map(({ frame, states }) => [frame, states]));
  let states: Record<string, string> | undefined;
  for (const [index, { captureMs, boxes }] of minute.frames.entries()) {
    signal.throwIfAborted();
    states = changes.get(index) ?? states;
    const tMs = captureMs - startMs;
    const events = pipeline.see({
      time: { ptsMs: tMs, tMs, timeline: 0, captureMs, method: "media", boxArrivalMs: captureMs },
      detections: boxes.map(({ track, class: name, box: [x1, y1, x2, y2] }) => ({
        box: { x1, y1, x2, y2 },
        class: name,
        confidence: CONFIDENCE,
        // The events then say which kept track they are about.
        truthId: track,
      })),
      ...(states === undefined ? {} : { signals: states as Record<string, SignalState> }),
    });
    await replay.onEvents(events);
    replay.onFrame(tMs);
  }
}

/** By type and rule, in order; a row only where either side has something. */
export function differences(before: readonly RaisedBefore[], now: readonly PipelineEvent[]): Difference[] {
  const rows = new Map<string, { then: (number | undefined)[]; now: (number | undefined)[] }>();
  const rowOf = (type: string, rule: string) => {
    const key = `${type} ${rule}`;
    const row = rows.get(key) ?? { then: [], now: [] };
    rows.set(key, row);
    return row;
  };
  for (const { type, rule, track } of before) if (COMPARED.has(type)) rowOf(type, rule).then.push(track);
  for (const { draft } of now) {
    const { rule, track, state } = draft.data as {
      rule?: string;
      state?: string;
      track?: { truth_id?: number | null };
    };
    if (rule === undefined || !COMPARED.has(draft.type) || state === "updated") continue;
    rowOf(draft.type, rule).now.push(track?.truth_id ?? undefined);
  }
  return [...rows]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([key, row]) => {
      const [type = "", rule = ""] = key.split(" ");
      const left = [...row.then];
      const same = row.now.filter((track) => {
        const at = track === undefined ? -1 : left.indexOf(track);
        if (at >= 0) left.splice(at, 1);
        return at >= 0;
      }).length;
      return { type, rule, before: row.then.length, now: row.now.length, same };
    });
}
