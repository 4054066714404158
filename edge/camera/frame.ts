// The one noun that goes from the camera to the rules: an analysed picture with its times.

import type { Clip, Span } from "./clip.ts";

/** When a frame was taken, and how well that is known (DESIGN decision 6). */
export interface FrameTime {
  /** Media time in ms since the start of this timeline. */
  readonly ptsMs: number;
  /** Media time in ms that only grows, over all timelines of this camera since it was started: the rules' clock. */
  readonly tMs: number;
  /** A reconnect or a loop starts a new timeline. */
  readonly timeline: number;
  /** Capture time, ms since 1970 UTC, by the method below. */
  readonly captureMs: number;
  readonly method: "rtcp" | "arrival" | "media";
  /** Half width of the interval that holds the true capture time; undefined while unknown. */
  readonly uncertaintyMs?: number;
  /** The camera's own clock by RTCP, ms since 1970 UTC, once two reports agree; also where the box doubts it. */
  readonly cameraNtpMs?: number;
  /** Box clock when the frame arrived, ms since 1970 UTC. */
  readonly boxArrivalMs: number;
}

/** Interleaved rgb24 pixels, row-major, no padding: `pixels.length === width * height * 3`. */
export interface SmallPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array<SharedArrayBuffer>;
}

/** Planar yuv420p: Y (width × height), then U and V (⌈width/2⌉ × ⌈height/2⌉ each), no padding. */
export interface FullPicture {
  readonly width: number;
  readonly height: number;
  readonly planes: Uint8Array<SharedArrayBuffer>;
  readonly matrix: "bt601" | "bt709";
}

/**
 * One frame in a reference-counted slot. Its pictures are valid until `release()`; after that the slot may
 * hold a later frame. Take another reference with `retain()` to keep it across awaits of your own.
 */
export interface Frame {
  readonly time: FrameTime;
  /** One picture per {@link FrameRequest.small}, in its order: fitted to a detector's input by ffmpeg. */
  readonly small: readonly SmallPicture[];
  /** Only where plates or faces are read; with a substream, only where the main stream had a picture of this instant. */
  readonly full?: FullPicture;
  /** When `full` was taken, where another stream brought it; absent: at the frame's own time, exactly. */
  readonly fullTime?: FrameTime;
  retain(): void;
  release(): void;
}

/** How the source picture was fitted into the small one; the detector's boxes go back through its inverse. */
export type Fit = "stretch" | "letterbox-top-left" | "letterbox-centre";

/** Size and fit of one detector's input; `pad` is the grey level (0–255) of the letterbox's border. */
export interface SmallRequest {
  readonly width: number;
  readonly height: number;
  readonly fit: Fit;
  readonly pad: number;
}

/** What an analysis asks of a camera. */
export interface FrameRequest {
  readonly small: readonly SmallRequest[];
  readonly full: boolean;
  /** Most frames analysed per second of media time; 0: every frame. */
  readonly fps: number;
  /** Decode nothing but key frames: a stream that is kept for clips and whose time is followed, not analysed. */
  readonly keyFramesOnly?: boolean;
  /** Frames that may be held at once beside the latest; by default a few, see edge/camera/slots.ts. */
  readonly held?: number;
  /** Keep so much undecoded video in memory, for clips; the smaller of the two decides. */
  readonly ring?: { readonly seconds: number; readonly megabytes: number };
}

/** State of a camera as its watchers see it. */
export type CameraState =
  | { readonly state: "starting" }
  | {
      readonly state: "running";
      readonly width: number;
      readonly height: number;
      readonly codec: string;
      /** What does not work as configured, while pictures come all the same. */
      readonly degraded?: string;
    }
  | {
      readonly state: "reconnecting";
      readonly cause: string;
      readonly attempt: number;
      readonly delayMs: number;
    }
  | { readonly state: "failed"; readonly cause: string }
  /** `cause`: why not at the file's true end. */
  | { readonly state: "ended"; readonly cause?: string };

/**
 * A running camera. `frames()` yields the latest frame and never queues: a frame that nobody took in time is
 * dropped and counted. In lock step (replay) nothing is dropped; the source waits.
 */
export interface FrameSource {
  frames(signal: AbortSignal): AsyncIterable<Frame>;
  readonly state: CameraState;
  readonly dropped: number;
  /** Frames that should have had a full-size picture of another stream and had none; absent: there is one stream. */
  readonly unpaired?: number;
  /** Size of the source picture; known once the first frame came. */
  readonly picture: { readonly width: number; readonly height: number } | undefined;
  /**
   * The video of a span of media time (`tMs`), undecoded; waits for its end to come in, some seconds at most, and
   * says what is missing. Only where {@link FrameRequest.ring} was asked for.
   */
  clip?(span: Span, signal: AbortSignal): Promise<Clip>;
  /** While resting, the source may give key frames alone: nothing happens that would be missed. Absent: it can't. */
  rest?(resting: boolean): void;
  stop(): Promise<void>;
}
