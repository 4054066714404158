// What ffmpeg writes on standard error: the source's size, codec and colours, and the errors of late.
import type { FullPicture } from "./frame.ts";
import { PICTURE_FILTER } from "./ffmpeg-arguments.ts";

/** What a line says, if it says anything of use. */
export type LogFact =
  | { readonly kind: "stream"; readonly codec: string; readonly matrix: FullPicture["matrix"] | undefined }
  /** Size of the picture in square pixels, as every output is made from it; again when the stream changes. */
  | { readonly kind: "picture"; readonly width: number; readonly height: number }
  | { readonly kind: "problem"; readonly level: "error" | "warning"; readonly text: string };

const SCALER = new RegExp(`^\\[${PICTURE_FILTER} .*\\] \\[verbose\\] w:\\d+ h:\\d+ .*-> w:(\\d+) h:(\\d+) `);
const STREAM = /^\[info\] {3}Stream #0:\d+.*?: Video: (\w+)/;
const PROBLEM = /\[(fatal|panic|error|warning)\] (.*)$/;

/** Reads one line of `-loglevel level+verbose`. Lines that carry nothing give undefined. */
export function parseLogLine(line: string): LogFact | undefined {
  const scaler = SCALER.exec(line);
  if (scaler !== null) return { kind: "picture", width: Number(scaler[1]), height: Number(scaler[2]) };
  const stream = STREAM.exec(line);
  if (stream !== null) return { kind: "stream", codec: stream[1] ?? "", matrix: matrixOf(line) };
  const problem = PROBLEM.exec(line);
  if (problem === null) return undefined;
  return {
    kind: "problem",
    level: problem[1] === "warning" ? "warning" : "error",
    text: (problem[2] ?? "").trim(),
  };
}

function matrixOf(line: string): FullPicture["matrix"] | undefined {
  if (/\bbt709\b/.test(line)) return "bt709";
  return /\b(smpte170m|bt470bg)\b/.test(line) ? "bt601" : undefined;
}

/** A stream that does not say is taken as television does: high definition is BT.709. */
export function guessMatrix(height: number): FullPicture["matrix"] {
  return height >= 720 ? "bt709" : "bt601";
}

/** Longest line kept; what goes beyond is cut. */
const LINE_LIMIT = 4096;

/** Cuts a text stream into lines. */
export class LineSplitter {
  #rest = "";

  /** The lines that `chunk` completes. */
  push(chunk: string): string[] {
    const lines = (this.#rest + chunk).split(/[\r\n]+/);
    this.#rest = (lines.pop() ?? "").slice(0, LINE_LIMIT);
    return lines.filter((line) => line !== "");
  }
}
