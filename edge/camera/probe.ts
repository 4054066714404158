// Looks at a source for a few seconds and says what it really sends; the one place that uses fluent-ffmpeg.
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import ffmpeg, { type FfprobeData } from "fluent-ffmpeg";
import { CameraError, causeOfEnd } from "./cause.ts";
import { ffmpegInput } from "./ffmpeg-input.ts";
import { parseLogLine } from "./ffmpeg-log.ts";
import { type PacketFacts, readPackets } from "./packets.ts";
import { parseSource, redact, type Source } from "./source.ts";

/** What a source says of itself, and what its packets showed. */
export interface CameraFacts extends PacketFacts {
  /** Without password. */
  readonly source: string;
  readonly live: boolean;
  readonly codec: string;
  readonly profile?: string;
  readonly width: number;
  readonly height: number;
  /** Width of a pixel over its height. */
  readonly pixelAspect: number;
  /** Frames a second as the stream declares them: often wrong. */
  readonly declaredFps?: number;
  /** Length of a file, s. */
  readonly durationS?: number;
  /** Pictures are sent out of order: they arrive later than they were taken. */
  readonly reordered: boolean;
  readonly audio: boolean;
}

export interface ProbeOptions {
  readonly source: string;
  readonly password?: string | undefined;
  /** How much of the stream to look at, s of its own time. */
  readonly seconds: number;
}

/** A file is read faster than it plays, so more of it is looked at, s. */
const FILE_SECONDS = 120;
/** fluent-ffmpeg tells no exit status; the error lines say more. */
const QUIET_EXIT = { code: null, signal: null } as const;
/** Time to connect, beyond the seconds asked for, ms. */
const CONNECT_MS = 15_000;

/** @throws {CameraError} with the cause when no picture stream can be read. */
export async function probeCamera(options: ProbeOptions): Promise<CameraFacts> {
  const source = parseSource(options.source, options.password);
  const seconds = source.kind === "file" ? Math.max(options.seconds, FILE_SECONDS) : options.seconds;
  const packets = await measurePackets(source, seconds);
  const data = await describe(source);
  const video = data.streams.find((stream) => stream.codec_type === "video");
  if (video?.width === undefined || video.height === undefined || video.codec_name === undefined) {
    throw new CameraError({ code: "no-picture-stream", text: `${source.shown}: it has no picture stream` });
  }
  const profile = String(video.profile ?? "unknown");
  const declaredFps = ratio(video.r_frame_rate);
  const durationS = Number(data.format.duration);
  return {
    source: source.shown,
    live: source.kind !== "file",
    codec: video.codec_name,
    ...(profile === "unknown" ? {} : { profile }),
    width: video.width,
    height: video.height,
    pixelAspect: ratio(video.sample_aspect_ratio?.replace(":", "/")) ?? 1,
    ...(declaredFps === undefined ? {} : { declaredFps }),
    ...(source.kind === "file" && durationS > 0 ? { durationS } : {}),
    reordered: Number(video.has_b_frames) > 0,
    audio: data.streams.some((stream) => stream.codec_type === "audio"),
    ...packets,
  };
}

/** "30000/1001" as a number; undefined for 0/0 and the like. */
function ratio(fraction: string | undefined): number | undefined {
  const [over = NaN, under = 1] = (fraction ?? "").split("/").map(Number);
  const value = over / under;
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** Copies packets for some seconds and reads their stamps; nothing is decoded. */
async function measurePackets(source: Source, seconds: number): Promise<PacketFacts> {
  const input = ffmpegInput(source);
  const output = new PassThrough();
  const errors: string[] = [];
  const command = ffmpeg()
    .input(input.stdin === undefined ? (input.args.at(-1) ?? "") : Readable.from([input.stdin]))
    .inputOptions(["-hide_banner", "-loglevel", "level+warning", ...input.args.slice(0, -2)])
    .outputOptions(["-map", "0:V:0", "-c", "copy", "-t", String(seconds), "-f", "framecrc"]);
  const late = AbortSignal.timeout(seconds * 1000 + CONNECT_MS);
  const kill = (): unknown => command.kill("SIGKILL");
  late.addEventListener("abort", kill);
  try {
    const [listing, fault] = await Promise.all([
      text(output),
      new Promise<Error | undefined>((resolve) => {
        command.on("stderr", (line: string) => {
          const fact = parseLogLine(line);
          if (fact?.kind === "problem") errors.push(redact(fact.text, source));
        });
        command.on("end", () => resolve(undefined));
        command.on("error", (error: Error) => {
          output.end();
          resolve(error);
        });
        command.pipe(output);
      }),
    ]);
    const packets = readPackets(listing);
    if (packets !== undefined) return packets;
    if (late.aborted) throw new CameraError({ code: "no-picture", text: `${source.shown}: no picture came` });
    const missing = fault?.message.includes("Cannot find ffmpeg") === true;
    const exit = missing ? { ...QUIET_EXIT, fault: Object.assign(fault, { code: "ENOENT" }) } : QUIET_EXIT;
    throw new CameraError(causeOfEnd(source, { exit, errors }));
  } finally {
    late.removeEventListener("abort", kill);
  }
}

function describe(source: Source): Promise<FfprobeData> {
  const input = ffmpegInput(source);
  const options = [...input.args.slice(0, -2)];
  const probe = input.stdin === undefined ? ffmpeg(input.args.at(-1)) : ffmpeg(Readable.from([input.stdin]));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new CameraError({ code: "timeout", text: `${source.shown}: it could not be described in time` }),
      );
    }, CONNECT_MS);
    probe.ffprobe(0, options, (error: unknown, data: FfprobeData) => {
      clearTimeout(timer);
      if (error === null || error === undefined) resolve(data);
      else {
        const words = redact(error instanceof Error ? error.message : "", source).split("\n");
        reject(new CameraError(causeOfEnd(source, { exit: QUIET_EXIT, errors: words })));
      }
    });
  });
}
