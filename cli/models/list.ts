// `ngatu models list`: the catalogue as a table, and for each task the model in force with the reason.
import { type ModelEntry, TASKS } from "../../models/catalogue.ts";
import { ModelError } from "../../models/model-error.ts";
import type { ModelStore } from "../../models/store.ts";
import { tableText } from "../eval/table.ts";
import { openStore, printJson } from "./store.ts";

interface Options {
  readonly json?: true;
  readonly acceptUndocumented?: true;
}

interface InForce {
  readonly task: string;
  /** Null while no model for it is on this machine. */
  readonly model: string | null;
  readonly why: string;
}

export async function listModels({ json, acceptUndocumented }: Options): Promise<void> {
  const store = openStore(acceptUndocumented ?? false);
  const here = new Set<string>();
  for (const { name } of store.catalogue.models) if ((await store.local(name)) !== undefined) here.add(name);
  const inForce: InForce[] = [];
  for (const task of TASKS) inForce.push(await chosenFor(store, task));
  const running = new Set(inForce.map(({ model }) => model));
  const rows = store.catalogue.models.map((entry) => ({
    name: entry.name,
    task: entry.task,
    here: here.has(entry.name),
    in_force: running.has(entry.name),
    documented: entry.documented,
    licence: entry.licence,
    mb: Math.round(entry.bytes / 1e5) / 10,
  }));
  if (json === true) {
    printJson({ models: rows, in_force: inForce });
    return;
  }
  const cells = rows.map((row) => [
    row.name,
    row.task,
    row.here ? "here" : "-",
    row.in_force ? "in force" : "",
    `${row.mb} MB`,
    row.documented ? "documented" : "UNDOCUMENTED",
    row.licence,
  ]);
  process.stdout.write(tableText(["model", "task", "", "", "size", "origin", "licence"], cells));
  process.stdout.write(`\n${inForce.map(({ task, why }) => `${task}: ${why}`).join("\n")}\n`);
}

async function chosenFor(store: ModelStore, task: ModelEntry["task"]): Promise<InForce> {
  try {
    const { model, why } = await store.choose(task, { network: false });
    return { task, model: model.name, why };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return {
      task,
      model: null,
      why: `${error.reason}; "ngatu models pull" fetches the best that can be reached`,
    };
  }
}
