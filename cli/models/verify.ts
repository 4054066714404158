// `ngatu models verify`: hashes of what lies in the cache, and one run of each model.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../../config/cache-folder.ts";
import { openAny } from "../../models/bench.ts";
import { ModelError } from "../../models/model-error.ts";
import { sha256OfFile } from "../../models/sha256.ts";
import type { ModelEntry } from "../../models/catalogue.ts";
import { tableText } from "../eval/table.ts";
import { openStore, printJson } from "./store.ts";

interface Verdict {
  readonly name: string;
  readonly state: "good" | "absent" | "at fault";
  readonly reason: string;
}

/** Looks at the cache only, and leaves a bad file where it is: the next pull replaces it. */
export async function verifyModels(
  names: readonly string[],
  { json }: { readonly json?: true },
): Promise<void> {
  const store = openStore();
  const folder = join(cacheFolder(), "models");
  const entries = names.length > 0 ? names.map((name) => store.entry(name)) : store.catalogue.models;
  const verdicts: Verdict[] = [];
  for (const entry of entries) verdicts.push(await verdictOn(entry, folder));
  const shown = names.length > 0 ? verdicts : verdicts.filter(({ state }) => state !== "absent");
  if (json === true) printJson({ models: shown });
  else
    process.stdout.write(
      tableText(
        ["model", "state", ""],
        shown.map((v) => [v.name, v.state, v.reason]),
      ),
    );
  if (shown.some(({ state }) => state !== "good")) process.exitCode = 1;
}

async function verdictOn(entry: ModelEntry, folder: string): Promise<Verdict> {
  const { name, task } = entry;
  for (const { file, sha256 } of [entry, ...(entry.extra ?? [])]) {
    const path = join(folder, file);
    if ((await stat(path).catch(() => undefined)) === undefined) {
      return { name, state: "absent", reason: `no file ${path}` };
    }
    const seen = await sha256OfFile(path);
    if (seen !== sha256) {
      return { name, state: "at fault", reason: `${path}: SHA-256 is ${seen}, expected ${sha256}` };
    }
  }
  try {
    const { run, close } = await openAny({
      name,
      task,
      path: join(folder, entry.file),
      sha256: entry.sha256,
      entry,
    });
    await run();
    await close();
    return { name, state: "good", reason: "SHA-256 as in the catalogue; it runs" };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { name, state: "at fault", reason: error.message };
  }
}
