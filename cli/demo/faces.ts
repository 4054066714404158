// The face camera's clip, two men one after the other, and the picture by which one of them is enrolled.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { mediaFolder, type MediaOptions } from "../setup/media.ts";
import { runProgram } from "../setup/run-program.ts";

const FFMPEG_TIMEOUT_MS = 120_000;

/** Clips on this disk. */
export interface FaceClips {
  readonly enrolled: string;
  readonly stranger: string;
}

const SHOWN_S = 15;
const EMPTY_S = 3;
/** A moment far from what the camera shows, so that the match is no comparison of a picture with itself. */
const ENROLLED_AT_S = 120;

const WIDTH = 640;
const HEIGHT = 480;
const fit = `fps=25,scale=${WIDTH}:${HEIGHT}:force_original_aspect_ratio=decrease,pad=${WIDTH}:${HEIGHT}:-1:-1,setsar=1,format=yuv420p`;
const person = (input: number): string =>
  `[${input}:v]trim=0:${SHOWN_S},setpts=PTS-STARTPTS,${fit}[p${input}]`;
const empty = (name: string): string =>
  `color=c=gray:s=${WIDTH}x${HEIGHT}:r=25:d=${EMPTY_S},setsar=1,format=yuv420p[${name}]`;
const FILTER = [person(0), person(1), empty("e0"), empty("e1"), "[p0][e0][p1][e1]concat=n=4:v=1:a=0"].join(
  ";",
);

/** The joined clip, made once from the two; the camera is empty between them, so that each is a passage of his own. */
export async function ensureFacesClip(clips: FaceClips, options: MediaOptions): Promise<string> {
  const recipe = createHash("sha256").update(FILTER).digest("hex").slice(0, 12);
  const folder = join(mediaFolder(options.cache), "derived");
  const file = join(folder, `faces-${recipe}.mp4`);
  if (existsSync(file)) return file;
  const step = options.progress.step(`joining ${basename(clips.enrolled)} and ${basename(clips.stranger)}`);
  mkdirSync(folder, { recursive: true });
  const part = `${file}.${process.pid}.part.mp4`;
  try {
    await ffmpeg(
      ["-i", clips.enrolled, "-i", clips.stranger, "-filter_complex", FILTER, "-c:v", "libx264"].concat([
        "-preset",
        "veryfast",
        "-crf",
        "20",
        "-g",
        "25",
        part,
      ]),
      options.signal,
    );
    renameSync(part, file);
  } catch (cause) {
    step.failed();
    throw cause;
  } finally {
    rmSync(part, { force: true });
  }
  step.done();
  return file;
}

/** Cuts the enrolment picture into `file` (PNG). */
export async function cutEnrolmentPicture(
  clips: FaceClips,
  file: string,
  signal?: AbortSignal,
): Promise<void> {
  await ffmpeg(["-ss", String(ENROLLED_AT_S), "-i", clips.enrolled, "-frames:v", "1", file], signal);
}

async function ffmpeg(args: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  await runProgram("ffmpeg", ["-v", "error", "-nostdin", "-y", ...args], {
    timeoutMs: FFMPEG_TIMEOUT_MS,
    ...(signal && { signal }),
  });
}
