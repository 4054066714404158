// One clip, untouched and degraded in every way, as the small pictures that a camera would bring.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { SmallPicture } from "../../../edge/camera/frame.ts";
import { HEALTH_KINDS, type HealthKind } from "../../../edge/health/kind.ts";
import { DEGRADATIONS, DEGRADED_S, HEALTHY_S, WORKING_WIDTH } from "./degradation.ts";

/** The usual detector's input, without a border. */
const SMALL = { width: 416, height: 416 } as const;
/** An untouched clip plays at least so long, s, and one that is longer not beyond. */
const UNTOUCHED_S = { least: 60, most: 300 } as const;
const TIMEOUT_MS = 10 * 60_000;

export type Variant = HealthKind | "untouched";
export const VARIANTS: readonly Variant[] = ["untouched", ...HEALTH_KINDS];

/** A clip that ffmpeg cannot play. */
export class ClipError extends Error {
  override readonly name = "ClipError";
}

/** Makes all variants in one run of ffmpeg and hands each one's pictures, one a second, to `judge`. */
export async function withVariants(
  file: string,
  durationS: number,
  judge: (variant: Variant, pictures: AsyncIterable<SmallPicture>) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "ngatu-health-"));
  try {
    await run(argumentsFor(file, Math.min(Math.max(durationS, UNTOUCHED_S.least), UNTOUCHED_S.most), folder));
    for (const variant of VARIANTS) await judge(variant, picturesOf(join(folder, variant)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function argumentsFor(file: string, untouchedS: number, folder: string): string[] {
  const filterOf = (variant: Variant): string => (variant === "untouched" ? "null" : DEGRADATIONS[variant]);
  // Looped clips have stamps of their own making: the pictures are counted, one a second.
  const count = "settb=1,setpts=N";
  const head = `[0:V:0]fps=1,scale=${WORKING_WIDTH}:-2:flags=bilinear,format=yuv420p,${count}`;
  const split = `split=${VARIANTS.length}${VARIANTS.map((variant) => `[${variant}_in]`).join("")}`;
  const branches = VARIANTS.map(
    (variant) =>
      `[${variant}_in]${filterOf(variant)},${count},scale=${SMALL.width}:${SMALL.height}:flags=bilinear,format=rgb24[${variant}]`,
  );
  const outputs = VARIANTS.flatMap((variant) => [
    ...["-map", `[${variant}]`, "-fps_mode", "passthrough", "-f", "rawvideo"],
    ...["-frames:v", String(variant === "untouched" ? Math.round(untouchedS) : HEALTHY_S + DEGRADED_S)],
    join(folder, variant),
  ]);
  return [
    ...["-hide_banner", "-nostdin", "-loglevel", "error", "-stream_loop", "-1", "-i", `file:${file}`],
    ...["-filter_complex", [`${head},${split}`, ...branches].join(";"), ...outputs],
  ];
}

async function run(args: readonly string[]): Promise<void> {
  const child = spawn("ffmpeg", args, {
    stdio: ["ignore", "ignore", "pipe"],
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  const [errors] = await Promise.all([text(child.stderr), once(child, "close")]);
  if (child.exitCode !== 0) throw new ClipError(errors.trim().split("\n").at(-1) ?? "ffmpeg failed");
}

async function* picturesOf(path: string): AsyncGenerator<SmallPicture> {
  const file = await open(path);
  try {
    const { width, height } = SMALL;
    for (;;) {
      const pixels = new Uint8Array(new SharedArrayBuffer(width * height * 3));
      const { bytesRead } = await file.read(pixels, 0, pixels.length);
      if (bytesRead < pixels.length) return;
      yield { width, height, pixels };
    }
  } finally {
    await file.close();
  }
}
