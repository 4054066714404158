// The recipe of the clip that `ngatu bench edge` analyses: what a city's camera sends.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What is encoded, and how often it is played in the clip: a whole run must be long beside its beginning. */
const ENCODED_S = 24;
const TIMES = 3;
/** Length of the clip, s. */
export const CLIP_S = ENCODED_S * TIMES;
const ENCODE_TIMEOUT_MS = 600_000;
const PICTURE = "scale=1920:1080:flags=bilinear,setsar=1,fps=25";
/** A sensor's noise: without it, frames made twice of one would cost a decoder nothing. */
const NOISE = "noise=alls=6:allf=t";

/** H.264 as cameras make it: no B-frames, a key frame every two seconds, 4 Mbit/s. */
export const H264: readonly string[] = [
  ...[
    "-c:v",
    "libx264",
    "-preset",
    "veryfast",
    "-bf",
    "0",
    "-g",
    "50",
    "-keyint_min",
    "50",
    "-sc_threshold",
    "0",
  ],
  ...["-b:v", "4M", "-maxrate", "4M", "-bufsize", "8M", "-pix_fmt", "yuv420p"],
];

/** Makes 1080p25 of a sample clip, played over and over; of a test picture where there is none. */
export async function makeEdgeClip(sample: string | undefined, file: string): Promise<void> {
  const input =
    sample === undefined
      ? ["-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=25"]
      : ["-stream_loop", "-1", "-i", sample];
  const once = `${file}.once.mp4`;
  await ffmpeg([...input, "-vf", `${PICTURE},${NOISE}`, "-t", String(ENCODED_S), "-an", ...H264, once]);
  await ffmpeg(["-stream_loop", String(TIMES - 1), "-i", once, "-c", "copy", file]);
}

/** Runs ffmpeg quietly; rejects with its last words. */
export async function ffmpeg(args: readonly string[]): Promise<string> {
  const { stderr } = await run("ffmpeg", ["-v", "error", "-nostdin", "-y", ...args], {
    timeout: ENCODE_TIMEOUT_MS,
  });
  return stderr;
}
