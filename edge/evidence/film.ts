// One finite run of ffmpeg: a piece of the ring becomes a film and stills in which nobody who is not meant is seen.
import { spawn } from "node:child_process";
import { setPriority } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Writable } from "node:stream";
import type { ClipPart, Span } from "../camera/clip.ts";
import { filmSize } from "./film-size.ts";
import type { Hidden } from "./hidden.ts";
import { maskOf, maskSize } from "./mask.ts";

/** A film that could not be made; the case goes without it and says why. */
export class FilmError extends Error {
  override readonly name = "FilmError";
}

export interface FilmPlan {
  /** The camera's own bytes: they reach ffmpeg through a pipe, never a disk. */
  readonly part: ClipPart;
  /** Media time that the film shows. */
  readonly span: Span;
  /** Media times of the stills, within the span. */
  readonly stills: readonly number[];
  /** What to hide between two media times. */
  hidden(fromMs: number, toMs: number): Hidden;
  /** The size of the picture in whose pixels that is told. */
  readonly scene: { readonly width: number; readonly height: number };
  /** PNG that is drawn over every picture, transparent where something may be seen: privacy zones. */
  readonly blackened?: Buffer | undefined;
  /** Where `clip.mp4` and the stills go. */
  readonly folder: string;
}

export interface Film {
  readonly clip: string;
  /** PNG, in the order of the plan. */
  readonly stills: readonly string[];
  readonly size: { readonly width: number; readonly height: number };
}

/** Each mask holds for so long, ms: no longer than a frame of most cameras. */
const MASK_MS = 40;
/** Squares along the longer side of the largest hidden box; five leave no eye, nose or digit apart. */
const BLOCKS = 5;
/** A whole picture that is hidden becomes so many squares across. */
const BLOCKS_OF_ALL = 24;
const MIN_BLOCK = 8;
/** A picture that takes longer than this is waited for no more, ms. */
const TIMEOUT_MS = 120_000;
const NICENESS = 10;
const LAST_WORDS = 1_000;

/** Rejects with {@link FilmError}, or with the signal's reason. */
export async function makeFilm(plan: FilmPlan, signal: AbortSignal): Promise<Film> {
  const size = filmSize(plan.part.bytes);
  if (size === undefined) throw new FilmError("the clip does not say how large its pictures are");
  const masks = masksOf(plan, maskSize(size));
  const clip = join(plan.folder, "clip.mp4");
  const stills = plan.stills.map((_, index) => join(plan.folder, `still-${index + 1}.png`));
  const args = argumentsOf(plan, { size, mask: maskSize(size), block: masks.block, clip, stills });
  await run(args, plan, masks.frames, signal);
  return { clip, stills, size };
}

interface Masks {
  readonly frames: readonly Buffer[];
  /** Side of the squares, in pixels of the film. */
  readonly block: number;
}

function masksOf(plan: FilmPlan, mask: { width: number; height: number }): Masks {
  const { part, span, scene } = plan;
  const count = Math.max(1, Math.ceil((span.toMs - part.zeroMs) / MASK_MS) + 1);
  const moments = Array.from({ length: count }, (_, index) => part.zeroMs + index * MASK_MS);
  const size = filmSize(part.bytes) ?? scene;
  const scale = size.width / scene.width;
  let largest = 0;
  const frames = moments.map((atMs) => {
    // What lies before the film is cut away: nobody need have looked at it.
    const hidden = plan.hidden(Math.max(atMs, span.fromMs), Math.max(atMs + MASK_MS, span.fromMs + 1));
    for (const box of [...hidden.heads, ...hidden.plates])
      largest = Math.max(largest, box.x2 - box.x1, box.y2 - box.y1);
    if (hidden.all) largest = Math.max(largest, (scene.width * BLOCKS) / BLOCKS_OF_ALL);
    return maskOf(hidden, scene, mask);
  });
  return { frames, block: Math.max(MIN_BLOCK, Math.ceil((largest * scale) / BLOCKS)) };
}

interface Shape {
  readonly size: { readonly width: number; readonly height: number };
  readonly mask: { readonly width: number; readonly height: number };
  readonly block: number;
  readonly clip: string;
  readonly stills: readonly string[];
}

function argumentsOf(plan: FilmPlan, shape: Shape): string[] {
  const { mask, clip, stills } = shape;
  const blackened = plan.blackened === undefined ? [] : ["-f", "png_pipe", "-i", "pipe:4"];
  return [
    ...["-hide_banner", "-nostdin", "-loglevel", "error", "-y", "-copyts"],
    ...["-f", "mp4", "-i", "pipe:0"],
    ...["-f", "rawvideo", "-pixel_format", "gray", "-video_size", `${mask.width}x${mask.height}`],
    ...["-framerate", String(1000 / MASK_MS), "-i", "pipe:3"],
    ...blackened,
    ...["-filter_complex", graphOf(plan, shape)],
    ...["-map", "[film]", "-an", "-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-threads", "1"],
    ...["-fps_mode", "passthrough", "-enc_time_base", "-1", "-movflags", "+faststart", clip],
    ...stills.flatMap((still, index) => [
      ...["-map", `[still${index}]`, "-frames:v", "1", "-c:v", "png", "-f", "image2", "-update", "1", still],
    ]),
  ];
}

/**
 * Mosaic where the mask says so, then the black of privacy zones; cut, and counted from the span's beginning. Times in
 * the graph are the file's own, seconds.
 */
function graphOf(plan: FilmPlan, { size, block, stills }: Shape): string {
  const { width, height } = size;
  const seconds = (tMs: number): string => ((tMs - plan.part.zeroMs) / 1000).toFixed(6);
  const coarse = `${Math.max(1, Math.ceil(width / block))}:${Math.max(1, Math.ceil(height / block))}`;
  const shown = plan.blackened === undefined ? "[hidden]" : "[hidden][2:v]overlay=eof_action=repeat,";
  const outputs = ["toFilm", ...stills.map((_, index) => `toStill${index}`)];
  const [from, to] = [seconds(plan.span.fromMs), seconds(plan.span.toMs)];
  return [
    "[0:v]format=yuv420p,split=2[clear][toMosaic]",
    `[toMosaic]scale=${coarse}:flags=area,scale=${width}:${height}:flags=neighbor[mosaic]`,
    `[1:v]scale=${width}:${height}:flags=neighbor,format=gray[mask]`,
    "[mosaic][mask]alphamerge[veil]",
    "[clear][veil]overlay=eof_action=repeat[hidden]",
    `${shown}format=yuv420p,split=${outputs.length}${outputs.map((name) => `[${name}]`).join("")}`,
    `[toFilm]trim=start=${from}:end=${to},setpts=PTS-${from}/TB[film]`,
    ...stills.map((_, index) => {
      // A millisecond earlier: the file's clock has no finer ticks than the camera's.
      const at = seconds((plan.stills[index] ?? 0) - 1);
      return `[toStill${index}]trim=start=${at},select='eq(n,0)',setpts=0[still${index}]`;
    }),
  ].join(";");
}

async function run(
  args: readonly string[],
  plan: FilmPlan,
  masks: readonly Buffer[],
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const child = spawn("ffmpeg", args, { stdio: ["pipe", "ignore", "pipe", "pipe", "pipe"] });
  const [, , stderr, maskPipe, blackPipe] = child.stdio;
  if (child.stdin === null || stderr === null) throw new TypeError("ffmpeg was started without its pipes");
  // Cameras come first: a film may take a little longer.
  if (child.pid !== undefined) setPriority(child.pid, NICENESS);
  let words = "";
  stderr.setEncoding("utf8").on("data", (text: string) => (words = (words + text).slice(-LAST_WORDS)));
  const kill = (): boolean => child.kill("SIGKILL");
  const timer = setTimeout(kill, TIMEOUT_MS);
  signal.addEventListener("abort", kill);
  const ended = new Promise<number | Error>((resolve) => {
    child.once("error", resolve);
    child.once("close", (code) => resolve(code ?? -1));
  });
  // It reads no further than it needs, and a killed one resets them: its end says how it went.
  const quiet = (): undefined => undefined;
  for (const pipe of [child.stdin, maskPipe, blackPipe]) pipe?.on("error", quiet);
  const feed = async (chunks: Iterable<Buffer>, into: Writable): Promise<void> =>
    await pipeline(Readable.from(chunks), into).catch(quiet);
  try {
    await Promise.all([
      feed([plan.part.bytes], child.stdin),
      feed(masks, maskPipe as Writable),
      feed(plan.blackened === undefined ? [] : [plan.blackened], blackPipe as Writable),
      ended,
    ]);
    signal.throwIfAborted();
    const code = await ended;
    if (code !== 0)
      throw new FilmError(
        typeof code === "number" ? `ffmpeg ended with ${code}: ${words.trim()}` : code.message,
      );
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", kill);
  }
}
