// The models of a demo run, fetched ahead so that a person sees what is loaded, from where, and which weights were accepted.
import { createModelStore } from "../../models/store.ts";
import type { ReadyModel } from "../../models/ready-model.ts";
import type { Task } from "../../models/catalogue.ts";
import type { Progress, Step } from "../setup/progress.ts";

export interface DemoModels {
  readonly faceDetector: ReadyModel;
  readonly faceEmbedder: ReadyModel;
  /** One sentence a model: which, and why. */
  readonly notes: readonly string[];
}

export interface DemoModelOptions {
  readonly cache: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Fetches what the box will choose. Rejects with ModelError when a task can have no model. */
export async function prepareModels({ cache, progress, signal }: DemoModelOptions): Promise<DemoModels> {
  const store = createModelStore({ cache, acceptUndocumented: true, signal });
  const notes: string[] = [];
  const choose = async (task: Task): Promise<ReadyModel> => {
    let step: Step | undefined;
    const { model, why } = await store.choose(task, {
      onProgress: (name, done, total) => {
        step ??= progress.step(`model ${name}`);
        step.update(done, total ?? 0);
      },
    });
    step?.done();
    notes.push(why);
    return model;
  };
  await choose("detect");
  return { faceDetector: await choose("face-detect"), faceEmbedder: await choose("face-embed"), notes };
}
