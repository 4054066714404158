// Reads the plates of one camera's vehicles beside the analysis: one look at a time, the loop waits only in a replay.
import type { Frame } from "../camera/frame.ts";
import type { PlateReading } from "../detect/detection.ts";
import type { Box } from "../geometry/box.ts";
import type { Track } from "../track/track.ts";
import type { CaseWait } from "./case-wait.ts";
import { holds } from "./claim.ts";
import { type PlatedVehicle, platedVehicles } from "./plate-book.ts";
import { PlateSchedule, type Want } from "./schedule.ts";
import type { KnownPlate } from "./tally.ts";

/** Reads plates off the main thread; the inference pool does. */
export interface PlateEye {
  /**
   * Plates on the vehicles of `frame.full`, all in pixels of `picture`. The frame is held until the promise settles.
   * `urgent`: a case waits for one of them.
   */
  plates(frame: Frame, vehicles: readonly Box[], picture: Size, urgent: boolean): Promise<PlateReading[]>;
}

/** What the watch needs of a camera's analysis. */
export interface PlatedAnalysis {
  readonly scene: { readonly picture: Size };
  readonly latest: { readonly tracks: readonly Track[] } | undefined;
  plateOf(trackId: number): KnownPlate | undefined;
  readPlates(tMs: number, plates: readonly PlateReading[], vehicles: readonly PlatedVehicle[]): void;
}

export interface PlateWatchOptions {
  readonly eye: PlateEye;
  /** The cases that wait for a plate: their vehicles are looked at first. */
  readonly cases: Pick<CaseWait, "isWaiting">;
  /** A replay: the next frame waits until this one's plates are read, so that the same input gives the same events. */
  readonly lockStep: boolean;
  /** A look that failed; the next frame is looked at all the same. */
  readonly onError: (error: unknown) => void;
}

type Size = { readonly width: number; readonly height: number };

export class PlateWatch {
  readonly #options: PlateWatchOptions;
  #schedule: PlateSchedule | undefined;
  #looking: Promise<void> | undefined;

  constructor(options: PlateWatchOptions) {
    this.#options = options;
  }

  /** Called with each frame once it was analysed, still readable. While a look is under way the frame is passed over. */
  async look(frame: Frame, analysis: PlatedAnalysis): Promise<void> {
    const { full } = frame;
    const tracks = analysis.latest?.tracks ?? [];
    if (full === undefined || this.#looking !== undefined) return;
    this.#schedule ??= new PlateSchedule({ scale: full.width / analysis.scene.picture.width });
    const vehicles = this.#schedule.choose(frame.time.tMs, tracks, (id) => this.#wantOf(id, analysis));
    if (vehicles.length === 0) return;
    this.#looking = this.#read(frame, analysis, vehicles, platedVehicles(tracks)).finally(() => {
      this.#looking = undefined;
    });
    if (this.#options.lockStep) await this.#looking;
  }

  /** Resolves when no look is under way. */
  async settled(): Promise<void> {
    await this.#looking;
  }

  #wantOf(trackId: number, analysis: PlatedAnalysis): Want {
    if (this.#options.cases.isWaiting(trackId)) return "case";
    return analysis.plateOf(trackId) === undefined ? "unknown" : "known";
  }

  /** `all`: every vehicle of the frame has a claim to what is found, not only those that were looked at. */
  async #read(
    frame: Frame,
    analysis: PlatedAnalysis,
    vehicles: readonly PlatedVehicle[],
    all: readonly PlatedVehicle[],
  ): Promise<void> {
    const { tMs } = frame.time;
    const { eye, cases, onError, lockStep } = this.#options;
    const urgent = vehicles.some(({ id }) => cases.isWaiting(id));
    try {
      const boxes = vehicles.map(({ box }) => box);
      const plates = await eye.plates(frame, boxes, analysis.scene.picture, urgent);
      const found = new Set(
        vehicles.flatMap(({ id, box }) => (plates.some((plate) => holds(box, plate.box)) ? [id] : [])),
      );
      this.#schedule?.looked(tMs, vehicles, found);
      analysis.readPlates(tMs, plates, all);
    } catch (error) {
      if (lockStep) throw error;
      onError(error);
    }
  }
}
