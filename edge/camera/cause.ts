// Why a camera gives no pictures, told from ffmpeg's words: the one place that reads them.
import type { RunExit } from "./run.ts";
import { redact, type Source } from "./source.ts";

export const CAUSE_CODES = [
  "refused",
  "unreachable",
  "unauthorised",
  "not-found",
  "no-file",
  "no-access",
  "not-video",
  "no-picture-stream",
  "unsupported",
  "timeout",
  "no-picture",
  "frozen",
  "size-changed",
  "time-jumped",
  "no-copy",
  "no-gate",
  "ended",
  "no-program",
  "fault",
] as const;
export type CauseCode = (typeof CAUSE_CODES)[number];

/** A cause; `text` is a sentence's end: "rtsp://10.0.0.7/1: connection refused". */
export interface Cause {
  readonly code: CauseCode;
  readonly text: string;
}

/** The camera has failed for good (a file in lock step), with its cause. */
export class CameraError extends Error {
  override readonly name = "CameraError";
  readonly code: CauseCode;

  constructor(cause: Cause) {
    super(cause.text);
    this.code = cause.code;
  }
}

/** First match wins: the more telling words stand before the general ones. */
const WORDS: readonly (readonly [RegExp, CauseCode, string])[] = [
  [/401 Unauthorized|authorization failed|403 Forbidden/i, "unauthorised", "user or password refused"],
  [/Connection refused/i, "refused", "connection refused: nothing listens at this address"],
  [/404 Not Found|Server returned 404/i, "not-found", "the server knows no such stream (404)"],
  [/Failed to resolve hostname|Name or service not known/i, "unreachable", "unknown host name"],
  [/No route to host|Network is unreachable|Host is unreachable/i, "unreachable", "host not reachable"],
  [/No such file or directory/i, "no-file", "no such file"],
  [/Permission denied/i, "no-access", "no permission to read it"],
  [/Connection timed out|Operation timed out/i, "timeout", "no answer within 5 s"],
  [
    /Could not find tag for codec/i,
    "no-copy",
    "its codec can't be kept as it is: clips will be encoded anew",
  ],
  [/matches no streams|does not contain any stream/i, "no-picture-stream", "it has no picture stream"],
  [/Decoder .*not found|Unknown decoder|no decoder found/i, "unsupported", "its codec can't be decoded"],
  [/Could not find codec parameters|unspecified size/i, "not-video", "no picture could be decoded from it"],
  [/moov atom not found/i, "not-video", "it is no video, or was cut off before its index (moov) was written"],
  [
    /Invalid data found when processing input|Operation not permitted|method \w+ failed|Protocol error|End of file/i,
    "not-video",
    "it is no video (or not a stream of this kind)",
  ],
];

/** What is known of a run's end that we did not bring about. */
export interface RunEnd {
  readonly exit: Pick<RunExit, "code" | "signal" | "fault" | "lastLine" | "ungateable">;
  /** ffmpeg's last error lines. */
  readonly errors: readonly string[];
  /** What the reader found wrong with ffmpeg's output. */
  readonly readerFault?: string | undefined;
}

/** A shell's statuses for a program that can't be executed, a library that is missing among them. */
const NOT_EXECUTABLE: readonly (number | null)[] = [126, 127];

/** The cause of a run's end; every text passes {@link redact} on its way here or in here. */
export function causeOfEnd(source: Source, { exit, errors, readerFault }: RunEnd): Cause {
  const cause = (code: CauseCode, what: string): Cause => ({ code, text: `${source.shown}: ${what}` });
  if (exit.fault?.code === "ENOENT")
    return { code: "no-program", text: "the program ffmpeg is not installed" };
  if (exit.ungateable === true) return cause("no-gate", "its codec can't be gated: every frame is decoded");
  if (exit.fault !== undefined)
    return cause("fault", `ffmpeg could not be started (${exit.fault.code ?? ""})`);
  for (const [words, code, what] of WORDS)
    if (errors.some((line) => words.test(line))) return cause(code, what);
  if (NOT_EXECUTABLE.includes(exit.code) || exit.signal !== null) {
    const how = exit.signal === null ? `with status ${exit.code ?? ""}` : `by ${exit.signal}`;
    return cause("fault", `ffmpeg ended ${how} (${redact(exit.lastLine ?? "", source)})`);
  }
  if (readerFault !== undefined) return cause("fault", readerFault);
  const last = errors.at(-1);
  return cause("ended", `the stream ended${last === undefined ? "" : ` (${last})`}`);
}
