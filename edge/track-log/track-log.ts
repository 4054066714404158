// The tracks of the last days of one camera, a file a minute, bounded in days and bytes: for trying a changed scene on.
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import type { EventDraft } from "../event/event-draft.ts";
import type { RuleFrame } from "../rules/rule.ts";
import {
  type LoggedBox,
  type LoggedFrame,
  packMinute,
  type RaisedBefore,
  type SignalChange,
  type TrackMinute,
} from "./minute.ts";

export const MINUTE_FILE = /^(\d{13,16})\.tracks$/;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** More frames than these in one minute start another file: 60 a second for a minute. */
const MAX_FRAMES = 3_600;

export interface TrackLogOptions {
  /** Created with mode 0700. */
  readonly folder: string;
  readonly camera: string;
  /** The oldest minutes go first, when either is exceeded. */
  readonly maxDays: number;
  readonly maxBytes: number;
  readonly log: Logger;
}

/** Never holds up the camera: a minute that cannot be written is dropped, and said. */
export class TrackLog {
  readonly #options: TrackLogOptions;
  #frames: LoggedFrame[] = [];
  #signals: SignalChange[] = [];
  #raised: RaisedBefore[] = [];
  #states = "";
  #sceneHash = "";
  #writing: Promise<void> = Promise.resolve();

  constructor(options: TrackLogOptions) {
    this.#options = options;
  }

  see(frame: RuleFrame, sceneHash: string): void {
    const captureMs = Math.round(frame.captureMs);
    const first = this.#frames[0]?.captureMs ?? captureMs;
    const last = this.#frames.at(-1)?.captureMs ?? captureMs;
    const isFull = captureMs - first >= MINUTE_MS || this.#frames.length >= MAX_FRAMES;
    // A clock that stepped back or another scene begins another file.
    if (isFull || captureMs < last || sceneHash !== this.#sceneHash) this.#flush();
    this.#sceneHash = sceneHash;
    this.#seeSignals(frame);
    this.#frames.push({ captureMs, boxes: boxesOf(frame) });
  }

  raise(drafts: readonly EventDraft[]): void {
    for (const { type, time, data } of drafts) {
      const { rule, track } = data as { rule?: string; track?: { readonly id: number } };
      if (rule === undefined) continue;
      this.#raised.push({
        type,
        rule,
        at_ms: Date.parse(time),
        ...(track === undefined ? {} : { track: track.id }),
      });
    }
  }

  /** Writes what is left of the running minute. */
  async stop(): Promise<void> {
    this.#flush();
    await this.#writing;
  }

  #seeSignals({ signals }: RuleFrame): void {
    const states = Object.fromEntries([...signals].map(([name, { state }]) => [name, state]));
    const text = JSON.stringify(states);
    if (signals.size === 0 || (text === this.#states && this.#frames.length > 0)) return;
    this.#states = text;
    this.#signals.push({ frame: this.#frames.length, states });
  }

  #flush(): void {
    const [first] = this.#frames;
    if (first === undefined) return;
    const { camera, log } = this.#options;
    const minute = {
      camera,
      sceneHash: this.#sceneHash,
      frames: this.#frames,
      signals: this.#signals,
      raised: this.#raised,
    };
    this.#frames = [];
    this.#signals = [];
    this.#raised = [];
    this.#writing = this.#writing
      .then(() => this.#write(minute, first.captureMs))
      .catch((error: unknown) => log.warn({ err: error, camera }, "a minute of tracks was not kept"));
  }

  async #write(minute: TrackMinute, fromMs: number): Promise<void> {
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, `${fromMs}.tracks`);
    await writeFile(`${file}.part`, await packMinute(minute), { mode: 0o600 });
    await rename(`${file}.part`, file);
    await this.#sweep(fromMs);
  }

  async #sweep(nowMs: number): Promise<void> {
    const { folder, maxDays, maxBytes } = this.#options;
    const names = (await readdir(folder)).filter((name) => MINUTE_FILE.test(name)).sort();
    let bytes = 0;
    for (const name of names.reverse()) {
      const path = join(folder, name);
      bytes += (await stat(path)).size;
      if (bytes > maxBytes || nowMs - Number.parseInt(name, 10) > maxDays * DAY_MS) await rm(path);
    }
  }
}

/** Road users and people where a detection saw them; faces and heads stay in memory. */
function boxesOf({ tracks }: RuleFrame): LoggedBox[] {
  return tracks.flatMap(({ id, class: name, detected }) => {
    if (detected === undefined || name === "face" || name === "head") return [];
    const { x1, y1, x2, y2 } = detected;
    return [
      {
        track: id,
        class: name,
        box: [Math.round(x1), Math.round(y1), Math.round(x2), Math.round(y2)] as const,
      },
    ];
  });
}
