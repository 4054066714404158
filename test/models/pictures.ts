// Real pictures and models for the model tests, with the reason when this machine lacks them.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll } from "vitest";
import { cacheFolder } from "../../config/cache-folder.ts";
import { type InputSpec, place, type Placement } from "../../models/letterbox.ts";
import { createModelStore, type ModelStore } from "../../models/store.ts";
import { sharedFolder } from "../shared.ts";

export const shared = sharedFolder();

const env = { ...process.env, ...(shared === undefined ? {} : { NGATU_MIRROR: shared }) };
const path = [join(cacheFolder(), "bin"), process.env["PATH"] ?? ""].join(delimiter);

/** A store on a cache of its own that asks the mirror first; the cache is removed after the tests of the file. */
export function freshStore(): ModelStore {
  const cache = temporaryFolder();
  return createModelStore({ cache, env, acceptUndocumented: true });
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ngatu-models-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function ffmpeg(args: readonly string[]): Buffer {
  return execFileSync("ffmpeg", ["-nostdin", "-v", "error", ...args], {
    env: { ...process.env, PATH: path },
    maxBuffer: 64 * 1024 * 1024,
  });
}

/** One frame of a video (or a still picture) fitted into a network's input, by the filters that `place` documents. */
export function frameFor(
  input: InputSpec,
  file: string,
  source: { readonly width: number; readonly height: number },
  atSeconds = 0,
): { readonly rgb: Uint8Array; readonly placement: Placement } {
  const placement = place(source, input);
  const grey = input.pad.toString(16).padStart(2, "0").repeat(3);
  const filters = [
    `scale=${placement.width}:${placement.height}`,
    "format=rgb24",
    `pad=${input.width}:${input.height}:${placement.offsetX}:${placement.offsetY}:color=0x${grey}`,
  ];
  const seek = atSeconds > 0 ? ["-ss", `${atSeconds}`] : [];
  const output = ["-frames:v", "1", "-vf", filters.join(","), "-f", "rawvideo", "-"];
  return { rgb: ffmpeg([...seek, "-i", file, ...output]), placement };
}
