// The recipe of the clip that `ngatu bench edge` analyses: what a city's camera sends.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What is encoded, and how often it is played in the clip: a whole run must be long beside its beginning. */
const ENCODED_S = 24;
const TIMES = 2;
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

/** Seconds of the sample in which one visitor comes, stands and goes; and seconds in which nobody is there. */
const PASSAGES = [
  { fromS: 5.5, toS: 20 },
  { fromS: 73.5, toS: 87.5 },
  { fromS: 122.5, toS: 137 },
] as const;
const EMPTY = { fromS: 0.5, toS: 5.5, times: 4 } as const;

/** Length of the clip with visitors, s. */
export const VISITORS_S =
  PASSAGES.reduce((sum, { fromS, toS }) => sum + toS - fromS, 0) +
  (PASSAGES.length + 1) * EMPTY.times * (EMPTY.toS - EMPTY.fromS);

/** Makes 1080p25 of the sample clip in which one visitor comes after another: between them nobody for long. */
export async function makeVisitorsClip(sample: string, file: string): Promise<void> {
  const seconds = [EMPTY, ...PASSAGES];
  const inputs = seconds.flatMap(({ fromS, toS }) => [
    "-ss",
    String(fromS),
    "-t",
    String(toS - fromS),
    "-i",
    sample,
  ]);
  const rate = "fps=25,setpts=PTS-STARTPTS";
  const frames = (EMPTY.toS - EMPTY.fromS) * 25;
  const gaps = [...PASSAGES, EMPTY].map((_, index) => `[e${index}]`);
  const parts = PASSAGES.map((_, index) => `[e${index}][p${index}]`).join("");
  const graph = [
    `[0:v]${rate},loop=loop=${EMPTY.times - 1}:size=${frames},setpts=N/25/TB,split=${gaps.length}${gaps.join("")}`,
    ...PASSAGES.map((_, index) => `[${index + 1}:v]${rate}[p${index}]`),
    `${parts}[e${PASSAGES.length}]concat=n=${2 * PASSAGES.length + 1},${PICTURE},${NOISE}[v]`,
  ].join(";");
  await ffmpeg([...inputs, "-filter_complex", graph, "-map", "[v]", "-an", ...H264, file]);
}
