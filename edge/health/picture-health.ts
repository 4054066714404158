// The health of one camera's picture, looked at about once a second while its frames go by.
import { type InputSpec, place } from "../../models/letterbox.ts";
import type { Frame } from "../camera/frame.ts";
import { HealthMonitor, type HealthNotice } from "./monitor.ts";
import { keepReference, keptReference } from "./reference-file.ts";
import { samplePicture } from "./sample.ts";

/** Media time between two looks, ms; a frame may come a little early. */
const EVERY_MS = 950;
/** The background is kept as soon as it is known, and again after so long, ms of media time. */
const KEEP_EVERY_MS = 10 * 60_000;

export interface PictureHealthOptions {
  /** How the frame's first small picture was made. */
  readonly input: InputSpec;
  /** Where the background is kept; absent: nowhere. */
  readonly file?: string;
}

export interface HealthView {
  /** The view is not the scene's: no case may be raised from it. */
  readonly moved: boolean;
  readonly notices: readonly HealthNotice[];
}

export class PictureHealth {
  readonly #options: PictureHealthOptions;
  #watched: { readonly sceneHash: string; readonly monitor: HealthMonitor } | undefined;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #keptMs = Number.NEGATIVE_INFINITY;

  constructor(options: PictureHealthOptions) {
    this.#options = options;
  }

  /** Samples that come at longer intervals are enough for now. */
  get settled(): boolean {
    return this.#watched?.monitor.settled ?? false;
  }

  /**
   * @param source the size of the camera's picture, from which the small one was made
   * @param sceneHash the scene in force: with another one the background is learned anew
   */
  async look(
    frame: Frame,
    source: { readonly width: number; readonly height: number },
    sceneHash: string,
  ): Promise<HealthView> {
    const { tMs } = frame.time;
    const closed = this.#follow(sceneHash, tMs);
    const monitor = this.#watched?.monitor;
    const small = frame.small[0];
    if (monitor === undefined || small === undefined || tMs - this.#lookedMs < EVERY_MS)
      return { moved: monitor?.moved ?? false, notices: closed };
    this.#lookedMs = tMs;
    const { offsetX, offsetY, width, height } = place(source, this.#options.input);
    const content = { x1: offsetX, y1: offsetY, x2: offsetX + width, y2: offsetY + height };
    const notices = [...closed, ...monitor.step(tMs, await samplePicture(small, content))];
    this.#keep(sceneHash, monitor, tMs);
    return { moved: monitor.moved, notices };
  }

  /** Begins with what is kept of the scene; what was open under another scene closes with it. */
  #follow(sceneHash: string, tMs: number): HealthNotice[] {
    if (this.#watched?.sceneHash === sceneHash) return [];
    const open = this.#watched?.monitor.open;
    const { file } = this.#options;
    const kept = file === undefined ? undefined : keptReference(file, sceneHash);
    this.#watched = { sceneHash, monitor: new HealthMonitor(kept) };
    this.#keptMs = kept === undefined ? Number.NEGATIVE_INFINITY : tMs;
    return open === undefined ? [] : [{ kind: open, state: "closed", tMs, sinceMs: tMs }];
  }

  #keep(sceneHash: string, monitor: HealthMonitor, tMs: number): void {
    const { file } = this.#options;
    if (file === undefined || monitor.open !== undefined || !monitor.reference.known) return;
    if (tMs - this.#keptMs < KEEP_EVERY_MS) return;
    this.#keptMs = tMs;
    keepReference(file, sceneHash, monitor.reference);
  }
}
