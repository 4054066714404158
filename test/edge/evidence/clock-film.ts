// A film whose every picture shows when it is: squares that test/camera-server/clock-picture.ts reads, at uneven times.
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { greyLuma, readClock } from "../../camera-server/clock-picture.ts";

const COLUMNS = 16;
const ROWS = 8;
const CHECK = 0xa5a5;

/** Writes H.264 in MP4 with a picture every `frameMs`; the picture at t ms shows t. */
export function writeClockFilm(
  file: string,
  film: { seconds: number; frameMs: number; width: number; height: number },
): void {
  const count = Math.floor((film.seconds * 1000) / film.frameMs);
  const pictures = Array.from({ length: count }, (_, index) => picture(index * film.frameMs));
  const raw = `${file}.gray`;
  writeFileSync(raw, Buffer.concat(pictures));
  const rate = `1000/${film.frameMs}`;
  execFileSync("ffmpeg", [
    ...["-v", "error", "-nostdin", "-y", "-f", "rawvideo", "-pixel_format", "gray"],
    ...["-video_size", `${COLUMNS}x${ROWS}`, "-framerate", rate, "-i", raw],
    ...["-vf", `scale=${film.width}:${film.height}:flags=neighbor,format=yuv420p`],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-g", String(Math.round(1000 / film.frameMs)), file],
  ]);
  rmSync(raw);
}

function picture(ms: number): Buffer {
  const words = [Math.floor(ms / 2 ** 32) % 65536, Math.floor(ms / 65536) % 65536, ms % 65536];
  const rows = [...words, words.reduce((all, word) => all ^ word, CHECK)];
  const cells = Buffer.alloc(COLUMNS * ROWS, 90);
  rows.forEach((word, row) => {
    for (let column = 0; column < COLUMNS; column++)
      cells[row * COLUMNS + column] = (word >> (COLUMNS - 1 - column)) & 1 ? 235 : 16;
  });
  return cells;
}

/** The time that a picture shows, ms; undefined when it can't be read. */
export function shownMs(pixels: Uint8Array, width: number, height: number): number | undefined {
  return readClock(greyLuma(width, height, pixels));
}
