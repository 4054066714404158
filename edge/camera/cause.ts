// Why a camera gives no pictures, told from ffmpeg's words: the one place that reads them.

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
  [/matches no streams|does not contain any stream/i, "no-picture-stream", "it has no picture stream"],
  [/Decoder .*not found|Unknown decoder|no decoder found/i, "unsupported", "its codec can't be decoded"],
  [/Could not find codec parameters|unspecified size/i, "not-video", "no picture could be decoded from it"],
  [
    /Invalid data found when processing input|moov atom not found|Operation not permitted|method \w+ failed|Protocol error|End of file/i,
    "not-video",
    "it is no video (or not a stream of this kind)",
  ],
];

/**
 * The cause of a run's end that we did not bring about.
 *
 * @param shown the source without its password; @param spawnFault why ffmpeg never started;
 * @param errors ffmpeg's last error lines; @param readerFault what the reader found wrong with its output.
 */
export function causeOfEnd(
  shown: string,
  spawnFault: NodeJS.ErrnoException | undefined,
  errors: readonly string[],
  readerFault: string | undefined,
): Cause {
  if (spawnFault?.code === "ENOENT")
    return { code: "no-program", text: "the program ffmpeg is not installed" };
  if (spawnFault !== undefined) {
    return {
      code: "fault",
      text: `${shown}: ffmpeg could not be started (${spawnFault.code ?? spawnFault.message})`,
    };
  }
  for (const [words, code, what] of WORDS) {
    if (errors.some((line) => words.test(line))) return { code, text: `${shown}: ${what}` };
  }
  if (readerFault !== undefined) return { code: "fault", text: `${shown}: ${readerFault}` };
  const last = errors.at(-1);
  return { code: "ended", text: `${shown}: the stream ended${last === undefined ? "" : ` (${last})`}` };
}
