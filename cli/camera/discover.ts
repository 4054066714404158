// `ngatu camera discover`: which cameras answer on the network, and what to do with them next.
import { discoverCameras, OnvifError } from "../../edge/onvif/onvif.ts";
import type { FoundCamera } from "../../edge/onvif/onvif-messages.ts";
import { DISCOVERY_WORDS, type Language } from "./words.ts";

export interface DiscoverOptions {
  readonly json?: true;
  readonly lang: Language;
  readonly seconds: number;
  readonly network?: string;
}

export async function discover({ json, lang, seconds, network }: DiscoverOptions): Promise<void> {
  try {
    const cameras = await discoverCameras(seconds * 1000, network);
    if (json === true) process.stdout.write(`${JSON.stringify({ cameras })}\n`);
    else process.stdout.write(`${describe(cameras, lang).join("\n")}\n`);
  } catch (error) {
    if (!(error instanceof OnvifError)) throw error;
    process.exitCode = 1;
    if (json === true) process.stdout.write(`${JSON.stringify({ error: { message: error.message } })}\n`);
    else process.stderr.write(`✗ ${error.message}\n  ${DISCOVERY_WORDS.fault[lang]}\n`);
  }
}

function describe(cameras: readonly FoundCamera[], lang: Language): string[] {
  if (cameras.length === 0) return [`! ${DISCOVERY_WORDS.nothing[lang]}`];
  const rows = cameras.map(({ host, name, hardware, service }) =>
    [`  ${host.padEnd(16)}`, name ?? "–", hardware ?? "–", service].join("  "),
  );
  return [...rows, `! ${DISCOVERY_WORDS.next[lang]}`];
}
