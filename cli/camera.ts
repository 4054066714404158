// `ngatu camera probe`: what a camera really sends, and what to change at it, in plain words.
import { readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { adviceFor } from "../edge/camera/advice.ts";
import { CameraError } from "../edge/camera/cause.ts";
import { type CameraFacts, probeCamera } from "../edge/camera/probe.ts";
import { discover } from "./camera/discover.ts";
import { printStreams, streamsOf } from "./camera/streams.ts";
import { ADVICE_WORDS, CAUSE_WORDS, LABELS, type Language } from "./camera/words.ts";
import { wholeNumber } from "./option.ts";

interface ProbeCommandOptions {
  readonly json?: true;
  readonly lang: Language;
  readonly seconds: number;
  readonly passwordFile?: string;
  readonly onvifPort: number;
}

export function registerCamera(program: Command): void {
  const camera = program.command("camera").description("cameras: what they send, and what to fix / camera");
  const language = process.env["LANG"]?.startsWith("vi") === true ? "vi" : "en";
  camera
    .command("probe <url>")
    .description("codec, size, key-frame interval, real frame rate of an RTSP camera or a file, with advice")
    .option("--json", "one JSON object on standard output")
    .addOption(
      new Option("--lang <language>", "language of the text").choices(["vi", "en"]).default(language),
    )
    .option("--seconds <n>", "how much of the stream to look at", wholeNumber(1, 300), 8)
    .option(
      "--password-file <file>",
      "the camera's password; the user belongs into the URL: rtsp://user@host/path",
    )
    .option(
      "--onvif-port <n>",
      "where an RTSP camera is asked for its other streams",
      wholeNumber(1, 65_535),
      80,
    )
    .action(probe);
  camera
    .command("discover")
    .description("cameras that answer on the local network (ONVIF WS-Discovery) / dò camera trong mạng")
    .option("--json", "one JSON object on standard output")
    .addOption(
      new Option("--lang <language>", "language of the text").choices(["vi", "en"]).default(language),
    )
    .option("--seconds <n>", "how long to wait for answers", wholeNumber(1, 60), 5)
    .option("--network <interface>", "ask on the network of this interface, e.g. eth0")
    .action(discover);
}

async function probe(url: string, options: ProbeCommandOptions): Promise<void> {
  const password =
    options.passwordFile === undefined ? undefined : readFileSync(options.passwordFile, "utf8").trim();
  try {
    const facts = await probeCamera({ source: url, password, seconds: options.seconds });
    const streams = await streamsOf(url, password, options.onvifPort);
    if (options.json === true)
      print(
        JSON.stringify({ ...facts, advice: adviceFor(facts), ...(streams.length > 0 ? { streams } : {}) }),
      );
    else
      for (const line of [...describe(facts, options.lang), ...printStreams(streams, options.lang)])
        print(line);
  } catch (error) {
    if (!(error instanceof CameraError)) throw error;
    process.exitCode = 1;
    if (options.json === true) print(JSON.stringify({ error: { code: error.code, message: error.message } }));
    else process.stderr.write(`✗ ${error.message}\n  ${CAUSE_WORDS[error.code][options.lang]}\n`);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function describe(facts: CameraFacts, language: Language): string[] {
  const row = (key: string, value: string): string =>
    `  ${(LABELS[key]?.[language] ?? key).padEnd(24)}${value}`;
  const lines = [facts.source];
  lines.push(row("codec", facts.profile === undefined ? facts.codec : `${facts.codec} (${facts.profile})`));
  lines.push(row("picture", `${facts.width}×${facts.height}`));
  const declared =
    facts.declaredFps === undefined
      ? ""
      : ` (${LABELS["declared"]?.[language] ?? ""}: ${facts.declaredFps.toFixed(2)})`;
  if (facts.fps !== undefined) lines.push(row("rate", `${facts.fps.toFixed(2)}/s${declared}`));
  if (facts.keyFrameIntervalS !== undefined)
    lines.push(row("keys", `${facts.keyFrameIntervalS.toFixed(1)} s`));
  if (facts.kbitPerS !== undefined) lines.push(row("bits", `${Math.round(facts.kbitPerS)} kbit/s`));
  if (facts.durationS !== undefined) lines.push(row("length", `${facts.durationS.toFixed(1)} s`));
  const advice = adviceFor(facts);
  if (advice.length === 0) lines.push(`✓ ${LABELS["good"]?.[language] ?? ""}`);
  return [...lines, ...advice.map((code) => `! ${ADVICE_WORDS[code][language]}`)];
}
