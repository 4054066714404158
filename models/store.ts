// The models on this machine: fetches, imports and verifies them, and chooses one for a task.
import { rename, rm, writeFile } from "node:fs/promises";
import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import { type Catalogue, type ModelEntry, catalogueInForce, type Task } from "./catalogue.ts";
import { candidates, type PassedOver, why } from "./choice.ts";
import { importModel } from "./import/import-model.ts";
import { ModelError } from "./model-error.ts";
import type { ReadyModel } from "./ready-model.ts";
import { fetchFile, type FetchOptions, type FileSpec, type Progress, SourceError } from "./source.ts";

export interface StoreOptions {
  /** The cache folder; models lie in its `models`. */
  readonly cache: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Whether weights of undocumented origin may run (`accept_undocumented_weights`). */
  readonly acceptUndocumented?: boolean;
  readonly catalogue?: Catalogue;
  readonly signal?: AbortSignal;
}

export interface Choice {
  readonly model: ReadyModel;
  /** A sentence for the log and for people. */
  readonly why: string;
}

export interface ModelStore {
  readonly catalogue: Catalogue;
  /** Throws {@link ModelError} for a name that the catalogue lacks. */
  entry(name: string): ModelEntry;
  /** The verified model, fetched and imported if need be. Rejects with SourceError or {@link ModelError}. */
  ensure(name: string, onProgress?: Progress): Promise<ReadyModel>;
  /** The verified model if the cache or a mirror has it; never asks a network. */
  local(name: string): Promise<ReadyModel | undefined>;
  /** The path of a further file of the entry (an alphabet), fetched if need be. */
  extra(name: string, file: string): Promise<string>;
  /**
   * The best model for a task. What is on this machine or in a mirror comes before anything on a network, so that a
   * box that once ran runs the same models again, connected or not. With `fetchBetter` the network is asked for what
   * stands before it. Rejects with {@link ModelError} when there is none.
   */
  choose(task: Task, options?: ChooseOptions): Promise<Choice>;
}

export interface ChooseOptions {
  readonly fetchBetter?: boolean;
  /** False: only what is local. */
  readonly network?: boolean;
  readonly onProgress?: (name: string, doneBytes: number, totalBytes: number | undefined) => void;
}

export function createModelStore(options: StoreOptions): ModelStore {
  const {
    cache,
    env = process.env,
    acceptUndocumented = false,
    catalogue = catalogueInForce(options.env),
    signal,
  } = options;
  const folder = join(cache, "models");
  return { catalogue, entry, ensure, local, extra, choose };

  function entry(name: string): ModelEntry {
    const found = catalogue.models.find((model) => model.name === name);
    if (found === undefined) {
      throw new ModelError(
        name,
        `not in the catalogue; known: ${catalogue.models.map((m) => m.name).join(" ")}`,
      );
    }
    return found;
  }

  async function ensure(name: string, onProgress?: Progress): Promise<ReadyModel> {
    const model = entry(name);
    if (!model.documented && !acceptUndocumented) {
      throw new ModelError(
        name,
        "its origin is undocumented: set accept_undocumented_weights to run it all the same",
      );
    }
    const fetching = { env, signal, onProgress };
    const path =
      model.import === undefined
        ? await fetchFile(fileOf(model), folder, fetching)
        : await imported(model, fetching);
    for (const file of model.extra ?? []) await fetchFile(file, folder, fetching);
    return ready(model, path);
  }

  async function local(name: string): Promise<ReadyModel | undefined> {
    const model = entry(name);
    const fetching = { env, signal, network: false };
    try {
      const path =
        model.import === undefined
          ? await fetchFile(fileOf(model), folder, fetching)
          : await imported(model, fetching);
      for (const file of model.extra ?? []) await fetchFile(file, folder, fetching);
      return ready(model, path);
    } catch (error) {
      if (error instanceof SourceError) return undefined;
      throw error;
    }
  }

  async function extra(name: string, file: string): Promise<string> {
    const spec = entry(name).extra?.find((candidate) => candidate.file === file);
    if (spec === undefined) throw new ModelError(name, `no further file ${file}`);
    return fetchFile(spec, folder, { env, signal });
  }

  async function choose(
    task: Task,
    { fetchBetter = false, network = true, onProgress }: ChooseOptions = {},
  ): Promise<Choice> {
    const { entries, passedOver } = candidates(catalogue, task, acceptUndocumented);
    const absent: PassedOver[] = [...passedOver];
    if (!fetchBetter) {
      for (const candidate of entries) {
        const model = await local(candidate.name);
        if (model !== undefined) return { model, why: why(candidate, absent) };
        absent.push({ name: candidate.name, reason: "not on this machine" });
      }
    }
    const unreachable: PassedOver[] = [...passedOver];
    for (const candidate of network ? entries : []) {
      try {
        const model = await ensure(candidate.name, (done, total) =>
          onProgress?.(candidate.name, done, total),
        );
        return { model, why: why(candidate, unreachable) };
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        unreachable.push({ name: candidate.name, reason: error.failures.at(-1)?.reason ?? "no source" });
      }
    }
    const reasons = (network ? unreachable : absent).map(({ name, reason }) => `${name}: ${reason}`);
    throw new ModelError(task, `none can be had (${reasons.join("; ")})`);
  }

  /** The imported file if it is there; else its parts are fetched and it is made, and must come out as pinned. */
  async function imported(model: ModelEntry, fetching: FetchOptions): Promise<string> {
    const done = await fetchFile({ ...fileOf(model), sources: [] }, folder, {
      ...fetching,
      network: false,
    }).catch((error: unknown) => {
      if (error instanceof SourceError) return undefined;
      throw error;
    });
    if (done !== undefined || model.import === undefined) return done ?? "";
    const parts: string[] = [];
    for (const part of model.import.files) parts.push(await fetchFile(part, folder, fetching));
    const bytes = await importModel(model.name, model.import.kind, parts);
    const seen = createHash("sha256").update(bytes).digest("hex");
    if (seen !== model.sha256) {
      throw new ModelError(
        model.name,
        `the import gave SHA-256 ${seen}, the catalogue expects ${model.sha256}`,
      );
    }
    const path = join(folder, model.file);
    const part = `${path}.${randomUUID()}.part`;
    try {
      await writeFile(part, bytes);
      await rename(part, path);
    } finally {
      await rm(part, { force: true });
    }
    return path;
  }
}

function fileOf(model: ModelEntry): FileSpec {
  return { file: model.file, bytes: model.bytes, sha256: model.sha256, sources: model.sources ?? [] };
}

function ready(model: ModelEntry, path: string): ReadyModel {
  return { name: model.name, task: model.task, path, sha256: model.sha256, entry: model };
}
