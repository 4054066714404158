// The model store as the command line opens it.
import { cacheFolder } from "../../config/cache-folder.ts";
import type { ReadyModel } from "../../models/ready-model.ts";
import { createModelStore, type ModelStore } from "../../models/store.ts";

/** Undocumented weights are listed, verified and measured without asking: only running them in a box needs consent. */
export function openStore(acceptUndocumented = true): ModelStore {
  return createModelStore({ cache: cacheFolder(), acceptUndocumented });
}

/** The named models, or every one that the cache or a mirror has. Rejects when a named one can't be had. */
export async function namedOrLocal(store: ModelStore, names: readonly string[]): Promise<ReadyModel[]> {
  const models: ReadyModel[] = [];
  for (const name of names) models.push(await store.ensure(name));
  if (names.length > 0) return models;
  for (const { name } of store.catalogue.models) {
    const model = await store.local(name);
    if (model !== undefined) models.push(model);
  }
  return models;
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
