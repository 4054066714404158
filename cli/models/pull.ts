// `ngatu models pull`: fetches models with a bar for each, and says which were passed over.
import { type Task, TASKS } from "../../models/catalogue.ts";
import { ModelError } from "../../models/model-error.ts";
import type { ReadyModel } from "../../models/ready-model.ts";
import type { Progress as Report } from "../../models/source.ts";
import { SourceError } from "../../models/source.ts";
import type { ModelStore } from "../../models/store.ts";
import { noProgress, type Progress, showProgress, type Step } from "../setup/progress.ts";
import { openStore, printJson } from "./store.ts";

interface Options {
  readonly json?: true;
  readonly all?: true;
  readonly acceptUndocumented?: true;
}

/** What the product runs today; the rest is for products to come and is fetched on demand. */
const TODAY: readonly Task[] = ["detect", "face-detect", "face-embed"];

interface Pulled {
  readonly name: string;
  readonly task: string;
  readonly path: string;
  readonly sha256: string;
  readonly why?: string;
}

export async function pullModels(names: readonly string[], options: Options): Promise<void> {
  const { json, all, acceptUndocumented } = options;
  const store = openStore(acceptUndocumented ?? false);
  const progress = json === true ? noProgress : showProgress();
  const pulled: Pulled[] = [];
  const failures: { readonly name: string; readonly reason: string }[] = [];
  const jobs =
    names.length > 0
      ? names.map((name) => ({ name, job: () => pullNamed(store, name, progress) }))
      : (all === true ? TASKS : TODAY).map((task) => ({
          name: task,
          job: () => pullBest(store, task, progress),
        }));
  for (const { name, job } of jobs) {
    try {
      pulled.push(await job());
    } catch (error) {
      if (!(error instanceof SourceError || error instanceof ModelError)) throw error;
      failures.push({ name, reason: error.message });
    }
  }
  if (json === true) printJson({ pulled, failures });
  else {
    for (const { name, path, why } of pulled)
      process.stdout.write(`${name}  ${path}\n${why === undefined ? "" : `  ${why}\n`}`);
    for (const { reason } of failures) process.stderr.write(`ngatu: ${reason}\n`);
  }
  if (failures.length > 0) process.exitCode = 1;
}

async function pullNamed(store: ModelStore, name: string, progress: Progress): Promise<Pulled> {
  const bar = barOf(progress);
  return bar.around(async () => pulledOf(await store.ensure(name, bar.reportFor(name))));
}

async function pullBest(store: ModelStore, task: Task, progress: Progress): Promise<Pulled> {
  const bar = barOf(progress);
  return bar.around(async () => {
    const { model, why } = await store.choose(task, {
      fetchBetter: true,
      onProgress: (name, done, total) => bar.reportFor(name)(done, total),
    });
    return { ...pulledOf(model), why };
  });
}

function pulledOf({ name, task, path, sha256 }: ReadyModel): Pulled {
  return { name, task, path, sha256 };
}

/** A bar appears with the first bytes: a model that is already here shows none. */
function barOf(progress: Progress): {
  reportFor(name: string): Report;
  around<T>(job: () => Promise<T>): Promise<T>;
} {
  let step: Step | undefined;
  return {
    reportFor: (name) => (done, total) => {
      step ??= progress.step(`model ${name}`);
      step.update(done, total ?? 0);
    },
    async around(job) {
      try {
        const result = await job();
        step?.done();
        return result;
      } catch (error) {
        step?.failed();
        throw error;
      }
    },
  };
}
