// The other streams of an RTSP camera, where it answers ONVIF: a smaller one can be analysed instead.
import { parseSource } from "../../edge/camera/source.ts";
import { offeredStreams, OnvifError } from "../../edge/onvif/onvif.ts";
import type { OfferedStream } from "../../edge/onvif/onvif-messages.ts";
import { DISCOVERY_WORDS, type Language } from "./words.ts";

/** A camera that speaks ONVIF answers at once; the others are not waited for, ms. */
const TIMEOUT_MS = 2000;

/** None where the source is no RTSP camera or gives no answer: many don't, and nothing is wrong with them. */
export async function streamsOf(
  url: string,
  password: string | undefined,
  port: number,
): Promise<OfferedStream[]> {
  const source = parseSource(url, password);
  if (source.kind !== "rtsp" || !URL.canParse(source.secret)) return [];
  const { hostname, username } = new URL(source.secret);
  const user = username === "" ? undefined : decodeURIComponent(username);
  try {
    return await offeredStreams({ host: hostname, port, user, password: source.password }, TIMEOUT_MS);
  } catch (error) {
    if (error instanceof OnvifError) return [];
    throw error;
  }
}

export function printStreams(streams: readonly OfferedStream[], lang: Language): string[] {
  if (streams.length === 0) return [];
  const rows = streams.map(({ name, url, codec = "", width, height, fps }) => {
    const size = width === undefined || height === undefined ? "" : `${width}×${height}`;
    return `    ${name.padEnd(16)}${codec.padEnd(8)}${size.padEnd(12)}${fps === undefined ? "" : `${fps}/s`}  ${url}`;
  });
  const advice = streams.length > 1 ? [`! ${DISCOVERY_WORDS.substream[lang]}`] : [];
  return [`  ${DISCOVERY_WORDS.streams[lang]}:`, ...rows, ...advice];
}
