// The one ffmpeg command of a camera: every output scaled from the same selected instants, with untouched time stamps.
import type { FrameRequest, SmallRequest } from "./frame.ts";
import { ffmpegInput, type FfmpegInput } from "./ffmpeg-input.ts";
import type { Source } from "./source.ts";

/** First extra file descriptor of the child: outputs go to 3, 4, … in the order of the reader's pipes. */
export const FIRST_OUTPUT_FD = 3;

/** Pictures of one output that may wait for the reader inside ffmpeg; when full, ffmpeg waits. */
const OUTPUT_QUEUE = 2;

export interface FfmpegOptions {
  readonly source: Source;
  readonly request: FrameRequest;
  /** Play a file at its own pace. */
  readonly realtime: boolean;
  /** Options of the decoder, see {@link Decoding}. */
  readonly decoding?: readonly string[] | undefined;
  /** Use one decoding thread: several cameras share a box, and frame threads each hold a picture back. */
  readonly oneThread: boolean;
  /** Also write the video undecoded (or encoded anew, where MP4 can't hold its codec) on standard output. */
  readonly video: "copy" | "encode" | undefined;
}

/** Longest and shortest fragment, µs: a camera with a key frame in twenty seconds is seen as soon as any other. */
const FRAGMENT_US = { longest: 2_000_000, shortest: 1_000_000 } as const;

/** What every run begins with: a log that tells the picture's size and each line's level. */
const QUIET = ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+verbose"] as const;

/** Arguments and standard input of the command that reads the source and decodes it. */
export function ffmpegArguments(options: FfmpegOptions): FfmpegInput {
  const input = ffmpegInput(options.source);
  return {
    args: [
      ...QUIET,
      ...(options.realtime ? ["-re"] : []),
      ...(options.oneThread ? ["-threads", "1"] : []),
      ...(options.decoding ?? []),
      // Without the delay of a stream that might reorder its pictures: the next key frame is far away.
      ...(options.request.keyFramesOnly === true ? ["-skip_frame", "nokey", "-flags", "low_delay"] : []),
      ...input.args,
      ...["-copyts", ...pictureOutputs(options.request)],
      ...(options.video === undefined ? [] : videoOutput(options.video)),
    ],
    stdin: input.stdin,
  };
}

/**
 * The same in two: one reads the source and hands on its packets, undecoded, as an MPEG transport stream on descriptor
 * 3; the other decodes what it is given of them on standard input.
 */
export function gatedArguments(options: FfmpegOptions): {
  readonly source: FfmpegInput;
  readonly decoder: readonly string[];
} {
  const input = ffmpegInput(options.source);
  const packets = [
    "-muxdelay",
    "0",
    "-muxpreload",
    "0",
    "-avoid_negative_ts",
    "disabled",
    "-flush_packets",
    "1",
  ];
  return {
    source: {
      args: [
        ...QUIET,
        ...(options.realtime ? ["-re"] : []),
        ...input.args,
        ...[
          "-copyts",
          "-map",
          "0:V:0",
          "-c:v",
          "copy",
          "-f",
          "mpegts",
          ...packets,
          `pipe:${FIRST_OUTPUT_FD}`,
        ],
        ...(options.video === undefined ? [] : videoOutput(options.video)),
      ],
      stdin: input.stdin,
    },
    decoder: [
      ...QUIET,
      ...(options.oneThread ? ["-threads", "1"] : []),
      ...(options.decoding ?? []),
      // Its own probing would hold back seconds of a stream that is known well enough from its first key frame.
      ...["-f", "mpegts", "-analyzeduration", "1", "-fpsprobesize", "0", "-i", "pipe:0"],
      ...["-copyts", ...pictureOutputs(options.request)],
    ],
  };
}

/** The filter graph, and an output for each of its pictures. */
function pictureOutputs(request: FrameRequest): string[] {
  const graph = filterGraph(request);
  const outputs = graph.labels.flatMap((label, index) => [
    // One thread: rawvideo is coded by as many as there are cores, and each of them but one holds a picture back.
    ...["-map", `[${label}]`, "-c:v", "rawvideo", "-threads", "1"],
    // Passthrough and a time base of the input's own keep each PTS exact; `fps=` would rewrite them.
    ...["-fps_mode", "passthrough", "-enc_time_base", "-1"],
    // A thread of its own for each output: ffmpeg writes them in no fixed order, the reader reads them in one, and
    // a pipe holds less than a picture. The index would grow with every frame for as long as the camera runs.
    ...["-f", "fifo", "-fifo_format", "nut", "-queue_size", String(OUTPUT_QUEUE)],
    ...["-format_opts", "flush_packets=1:write_index=0", `pipe:${FIRST_OUTPUT_FD + index}`],
  ]);
  return ["-filter_threads", "1", "-filter_complex_threads", "1", "-filter_complex", graph.text, ...outputs];
}

/**
 * A fragmented MP4 whose times are the frames' own: neither an edit list nor a shift to zero. `prft` carries the
 * camera's clock.
 */
function videoOutput(how: "copy" | "encode"): string[] {
  const encoder = ["libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p"];
  return [
    ...["-map", "0:V:0", "-c:v", ...(how === "copy" ? ["copy"] : [...encoder, "-fps_mode", "passthrough"])],
    ...(how === "copy" ? [] : ["-enc_time_base", "-1", "-force_key_frames", "expr:gte(t,n_forced*2)"]),
    ...["-bsf:v", STAMP_FIRST, "-movflags", "frag_keyframe+empty_moov+default_base_moof+frag_discont"],
    ...["-frag_duration", String(FRAGMENT_US.longest), "-min_frag_duration", String(FRAGMENT_US.shortest)],
    ...["-avoid_negative_ts", "disabled", "-use_editlist", "0", "-write_prft", "wallclock"],
    ...["-f", "mp4", "pipe:1"],
  ];
}

/**
 * The first picture of an RTSP session may come before its stamp is known: ffmpeg 5 would count from the smallest
 * number there is, and every time after it be nonsense. It is put one frame before the second.
 */
const STAMP_FIRST =
  "setts=pts='if(eq(PTS,NOPTS),NEXT_PTS-0.04/TB,PTS)':dts='if(eq(PTS,NOPTS),NEXT_DTS-0.04/TB,DTS)'";

/** Name of the first scaler, whose log line tells the source's size; see ffmpeg-log.ts. */
export const PICTURE_FILTER = "scale@picture";

/** The filter graph and its output labels: `full`, where asked for, then `s0`, `s1`, …; the reader's order. */
export function filterGraph(request: FrameRequest): {
  readonly text: string;
  readonly labels: readonly string[];
} {
  const labels = [...(request.full ? ["full"] : []), ...request.small.map((_, index) => `s${index}`)];
  if (labels.length === 0) throw new RangeError("a camera was asked for no picture at all");
  // Frames are dropped before they are scaled (the other order costs 1.4 times the CPU), and stretched to square
  // pixels once; with square pixels the scaler passes the picture on untouched.
  const head = `[0:V:0]${select(request.fps)}${PICTURE_FILTER}=w='max(1,round(iw*sar))':h=ih:flags=bilinear,setsar=1`;
  const split = `split=${labels.length}${labels.map((label) => `[${label}_in]`).join("")}`;
  const branches = request.small.map(
    (small, index) => `[s${index}_in]${fitFilter(small)},format=rgb24[s${index}]`,
  );
  if (request.full) branches.push("[full_in]format=yuv420p[full]");
  return { text: [`${head},${split}`, ...branches].join(";"), labels };
}

/**
 * At most `fps` frames a second. A frame may come 5 % early, so that jitter of the camera's clock does not make
 * every second interval one frame longer. Time that runs backwards is let through: the timeline deals with it.
 */
function select(fps: number): string {
  if (fps <= 0) return "";
  const period = (0.95 / fps).toFixed(6);
  return `select='isnan(prev_selected_t)+gte(t-prev_selected_t,${period})+lt(t,prev_selected_t)',`;
}

/** As good as bilinear (AP50 of persons on vtest at 1080p .910, .910) for half of the scaler's time, 1 of 46 ms a frame. */
const SCALER = "area";

/**
 * Scales as `place()` of models/letterbox.ts does, operation for operation: the side that decides keeps the input's
 * size, the other is round(side × input ÷ source); a centred picture starts at floor of half of what is left.
 */
function fitFilter({ width, height, fit, pad }: SmallRequest): string {
  if (fit === "stretch") return `scale=w=${width}:h=${height}:flags=${SCALER}`;
  const scaledWidth = `clip(round(${height}*iw/ih),1,${width})`;
  const scaledHeight = `clip(round(${width}*ih/iw),1,${height})`;
  const at = fit === "letterbox-centre" ? "x='floor((ow-iw)/2)':y='floor((oh-ih)/2)'" : "x=0:y=0";
  const grey = Math.round(pad).toString(16).padStart(2, "0");
  // In rgb24 before the border is drawn: it then has exactly the grey and the offset asked for.
  const border = `format=rgb24,pad=w=${width}:h=${height}:${at}:color=0x${grey}${grey}${grey}`;
  return `scale=w='${scaledWidth}':h='${scaledHeight}':flags=${SCALER},${border}`;
}
