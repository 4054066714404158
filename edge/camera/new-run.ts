// A camera's run as it was asked for: one process, or two with a gate between them.
import type { CameraOptions } from "./camera-options.ts";
import { type FfmpegOptions, ffmpegArguments, gatedArguments } from "./ffmpeg-arguments.ts";
import { GatedRun, type GatedRunOptions } from "./gated-run.ts";
import { type CameraRun, FfmpegRun } from "./run.ts";

/** What may differ from one run of a camera to the next, and who is told of it. */
export interface RunOptions
  extends Pick<FfmpegOptions, "source" | "decoding" | "video">,
    Pick<GatedRunOptions, "onFact" | "onVideo"> {
  readonly gated: boolean;
}

export function newRun({ pace, request, oneThread }: CameraOptions, run: RunOptions): CameraRun {
  const { source, decoding, video, gated, onFact, onVideo } = run;
  const options = {
    source,
    request,
    decoding,
    realtime: pace === "realtime-file",
    oneThread: oneThread ?? pace !== "lock-step",
    video,
  };
  return gated
    ? new GatedRun({ ...gatedArguments(options), onFact, onVideo })
    : new FfmpegRun(ffmpegArguments(options), onFact, onVideo);
}
