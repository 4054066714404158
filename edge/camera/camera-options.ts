// What a camera is opened with.
import type { Logger } from "pino";
import type { HardwareDecoding } from "./decoding.ts";
import type { CameraState, FrameRequest } from "./frame.ts";
import type { Pace } from "./frame-clock.ts";
import type { WatchdogLimits } from "./watchdog.ts";

export interface CameraOptions {
  readonly name: string;
  /** `rtsp://user@host/path`, another URL that ffmpeg opens, or a file. */
  readonly source: string;
  readonly password?: string | undefined;
  readonly request: FrameRequest;
  readonly pace: Pace;
  /** Decode on one thread, as the cameras of a box do; by default not in lock step, which is to be fast. */
  readonly oneThread?: boolean | undefined;
  /** Hardware to decode with; by default none. */
  readonly decoding?: HardwareDecoding | undefined;
  /**
   * Read and decode in two processes, so that {@link FrameSource.rest} saves the decoding. In lock step, and where the
   * stream is none whose packets can be kept back, every frame is decoded all the same.
   */
  readonly gated?: boolean | undefined;
  /** Play a file again from its beginning, each time as a new timeline; not in lock step. */
  readonly loop?: boolean | undefined;
  /** Capture time of a file's first frame, ms since 1970; by default its arrival, and 0 in lock step. */
  readonly startMs?: number | undefined;
  readonly log: Logger;
  /** The box's wall clock, ms since 1970. */
  readonly now?: (() => number) | undefined;
  /** Called on each change, before `state` is read by anybody else; must not throw. */
  readonly onState?: ((state: CameraState) => void) | undefined;
  readonly watchdog?: Partial<WatchdogLimits> | undefined;
}
