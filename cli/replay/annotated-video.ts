// Writes a video of frames with something drawn over them: ffmpeg blends and encodes, in lock step with the replay.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import type { FullPicture } from "../../edge/camera/frame.ts";

/** An annotated video that could not be written. */
export class AnnotateError extends Error {
  override readonly name = "AnnotateError";
}

/** Longer than this ffmpeg does not keep a picture waiting: it hangs. */
const STALL_MS = 60_000;
const LAST_WORDS = 2_000;

export interface AnnotatedVideo {
  /** One frame from `tMs` (media time) on; `svg` covers the whole picture. The planes are copied before this returns its promise. */
  write(tMs: number, picture: FullPicture, svg: string): Promise<void>;
  /** Resolves when the file is complete. Rejects with {@link AnnotateError}. */
  close(): Promise<void>;
  /** Ends ffmpeg; what was written so far stays. */
  abort(): void;
}

/** `fps` is the video's own: a frame is repeated until the next one's time, so that it plays at the recording's pace. */
export function openAnnotatedVideo(file: string, fps: number): AnnotatedVideo {
  let encoder: Encoder | undefined;
  let written = 0;
  let firstMs: number | undefined;
  let last: readonly [Buffer, Buffer] | undefined;

  /** The last frame, until the one at `untilMs` is due. */
  const fill = async (untilMs: number): Promise<void> => {
    if (encoder === undefined || last === undefined || firstMs === undefined) return;
    const due = Math.max(written + 1, Math.round(((untilMs - firstMs) * fps) / 1000));
    for (; written < due; written++) await encoder.write(last);
  };

  return {
    async write(tMs, picture, svg) {
      const planes = Buffer.from(picture.planes);
      encoder ??= startEncoder(file, picture, fps);
      await fill(tMs);
      firstMs ??= tMs;
      const drawn = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
      last = [planes, drawn];
    },
    async close() {
      if (encoder === undefined || last === undefined)
        throw new AnnotateError(`${file}: there was no picture to draw on`);
      await encoder.write(last);
      await encoder.end();
    },
    abort: () => encoder?.kill(),
  };
}

interface Encoder {
  write(pictures: readonly [Buffer, Buffer]): Promise<void>;
  end(): Promise<void>;
  kill(): void;
}

function startEncoder(file: string, { width, height, matrix }: FullPicture, fps: number): Encoder {
  const size = `${width}x${height}`;
  const raw = (format: string, pipe: number): string[] =>
    ["-f", "rawvideo", "-pix_fmt", format, "-video_size", size, "-framerate", String(fps)].concat([
      "-i",
      `pipe:${pipe}`,
    ]);
  const child = spawn(
    "ffmpeg",
    ["-v", "error", "-nostdin", "-y", ...raw("yuv420p", 3), ...raw("rgba", 4)].concat([
      "-filter_complex",
      `[0:v][1:v]overlay=shortest=1,scale=out_color_matrix=${matrix},format=yuv420p`,
      ...["-c:v", "libx264", "-preset", "veryfast", "-crf", "23"],
      ...["-movflags", "+faststart", "-f", "mp4", `file:${file}`],
    ]),
    { stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"] },
  );
  const [, , , video, overlay] = child.stdio as [null, null, unknown, Writable, Writable];
  let words = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-LAST_WORDS);
  });
  // A broken pipe is told by the exit, with ffmpeg's own words.
  for (const pipe of [video, overlay]) pipe.on("error", () => undefined);
  const gone = exitOf(child, file, () => words);
  gone.catch(() => undefined);

  return {
    // Where a pipe breaks, the exit says why.
    write: ([picture, drawn]) =>
      within(
        Promise.all([put(video, picture), put(overlay, drawn)]).catch(() => gone),
        gone,
        file,
      ),
    async end() {
      video.end();
      overlay.end();
      await within(gone, gone, file).catch((error: unknown) => {
        child.kill("SIGKILL");
        throw error;
      });
    },
    kill: () => child.kill("SIGKILL"),
  };
}

async function exitOf(child: ChildProcess, file: string, words: () => string): Promise<void> {
  const [code] = (await once(child, "close").catch((cause: unknown) => {
    throw new AnnotateError(`${file}: ffmpeg could not be started`, { cause });
  })) as [number | null];
  if (code === 0) return;
  throw new AnnotateError(`${file}: ${words().trim().split("\n").at(-1) || "ffmpeg was ended"}`);
}

/** `work`, unless ffmpeg goes first or hangs. */
async function within(work: Promise<unknown>, gone: Promise<void>, file: string): Promise<void> {
  const timer = new AbortController();
  const stalled = sleep(STALL_MS, undefined, { signal: timer.signal }).then(
    () => {
      throw new AnnotateError(`${file}: ffmpeg took no picture for ${STALL_MS / 1000} s`);
    },
    () => undefined,
  );
  try {
    await Promise.race([work, gone, stalled]);
  } finally {
    timer.abort();
  }
}

async function put(stream: Writable, bytes: Buffer): Promise<void> {
  if (!stream.write(bytes)) await once(stream, "drain");
}
