// ffmpeg's options for opening a camera or file; a password goes through standard input, never the command line.
import type { Source } from "./source.ts";

/** Debian's ffmpeg 5: µs without an answer before a read gives up. It never fires while the session is kept alive. */
export const SOCKET_TIMEOUT_US = 5_000_000;

export interface FfmpegInput {
  readonly args: readonly string[];
  /** To be written to ffmpeg's standard input, then closed. */
  readonly stdin: string | undefined;
  /** Standard input stays open instead, and is written to by and by. */
  readonly feed?: true;
}

/**
 * Arguments up to and including `-i`. With a password, the input is a concat list read from standard input that
 * names one file, the secret address: `ps` and `/proc` show nothing, nothing is written to disk.
 * RTSP goes over TCP (a lost UDP packet smears the picture for seconds) and asks for video only.
 */
export function ffmpegInput(source: Source): FfmpegInput {
  if (source.kind === "file") return { args: ["-i", `file:${source.shown}`], stdin: undefined };
  const options: readonly (readonly [string, string])[] =
    source.kind === "rtsp"
      ? [
          ["rtsp_transport", "tcp"],
          ["timeout", String(SOCKET_TIMEOUT_US)],
          ["allowed_media_types", "video"],
        ]
      : [["rw_timeout", String(SOCKET_TIMEOUT_US)]];
  if (source.password === undefined) {
    return {
      args: [...options.flatMap(([key, value]) => [`-${key}`, value]), "-i", source.shown],
      stdin: undefined,
    };
  }
  const list = [
    "ffconcat version 1.0",
    `file '${source.secret.replaceAll("'", "%27")}'`,
    ...options.map(([key, value]) => `option ${key} ${value}`),
  ];
  return { args: [...CONCAT_FROM_STDIN, "-i", "pipe:0"], stdin: `${list.join("\n")}\n` };
}

/** `safe` off lets the list name a URL; the whitelist lets it name nothing but network streams. */
export const CONCAT_FROM_STDIN: readonly string[] = [
  ...["-f", "concat", "-safe", "0"],
  ...["-protocol_whitelist", "pipe,rtsp,rtsps,rtp,tcp,udp,tls,crypto,http,https"],
];
