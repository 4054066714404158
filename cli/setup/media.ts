// Sample media of the demo: the catalogue, and fetching one clip of it.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import Type, { type Static } from "typebox";
import { load } from "../../config/load.ts";
import { fetchFile } from "../../models/source.ts";
import { debianResolver } from "./debian-source.ts";
import { noProgress, type Progress } from "./progress.ts";

const Clip = Type.Object(
  {
    name: Type.String({ pattern: "^[a-z0-9-]{1,40}$" }),
    file: Type.String({ pattern: "^[A-Za-z0-9._-]+$" }),
    bytes: Type.Integer({ minimum: 1 }),
    sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
    licence: Type.String({ minLength: 1 }),
    sources: Type.Array(Type.String({ pattern: "^(https://|npm:|debian:)" }), {
      description: "empty: only in a mirror",
    }),
  },
  { additionalProperties: false },
);
export type Clip = Static<typeof Clip>;

export function mediaFolder(cache: string): string {
  return join(cache, "media");
}

/** The clips of `config/media.yaml`. Throws ConfigError. */
export function readMedia(): readonly Clip[] {
  return load(fileURLToPath(new URL("../../config/media.yaml", import.meta.url)), Type.Array(Clip)).value;
}

export interface MediaOptions {
  readonly cache: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/** The path of a clip on this disk, fetched and verified. Throws SourceError with every source that was tried. */
export async function ensureClip(name: string, options: MediaOptions): Promise<string> {
  const clip = readMedia().find((entry) => entry.name === name);
  if (clip === undefined) throw new RangeError(`no sample clip is called ${name}`);
  const folder = mediaFolder(options.cache);
  const present = existsSync(join(folder, clip.file)); // still verified below, but nothing to show
  const step = (present ? noProgress : options.progress).step(`sample media ${clip.file}`);
  try {
    const path = await fetchFile(clip, folder, {
      onProgress: (done, total) => step.update(done, total ?? clip.bytes),
      signal: options.signal,
      resolvers: { debian: debianResolver(options.cache) },
    });
    step.done("ready");
    return path;
  } catch (cause) {
    step.failed();
    throw cause;
  }
}
