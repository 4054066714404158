// The models that tests of detection run with: from the cache or a mirror, never from a network.
import { cacheFolder } from "../../../config/cache-folder.ts";
import { createModelStore } from "../../../models/store.ts";
import type { Task } from "../../../models/catalogue.ts";
import { ModelError } from "../../../models/model-error.ts";
import type { ReadyModel } from "../../../models/ready-model.ts";
import { sharedFolder } from "../../shared.ts";

/** The best model for a task on this machine, those of undocumented origin included; undefined where there is none. */
export async function readyModel(task: Task): Promise<ReadyModel | undefined> {
  const mirror = sharedFolder();
  const env = mirror === undefined ? process.env : { ...process.env, NGATU_MIRROR: mirror };
  const store = createModelStore({ cache: cacheFolder(), env, acceptUndocumented: true });
  try {
    return (await store.choose(task, { network: false })).model;
  } catch (error) {
    if (error instanceof ModelError) return undefined;
    throw error;
  }
}
