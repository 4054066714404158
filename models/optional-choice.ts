// A model that makes a task better but that it can do without.
import { ModelError } from "./model-error.ts";
import { SourceError } from "./source.ts";
import type { Task } from "./catalogue.ts";
import type { Choice, ModelStore } from "./store.ts";

/** As `store.choose`, but undefined where none is at hand or allowed (undocumented weights not accepted). */
export async function chooseIfAny(store: ModelStore, task: Task): Promise<Choice | undefined> {
  try {
    return await store.choose(task);
  } catch (error) {
    if (error instanceof ModelError || error instanceof SourceError) return undefined;
    throw error;
  }
}
