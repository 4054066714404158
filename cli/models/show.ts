// `ngatu models show NAME`: one entry of the catalogue, and where its file lies.
import { stringify } from "yaml";
import { openStore, printJson } from "./store.ts";

export async function showModel(name: string, { json }: { readonly json?: true }): Promise<void> {
  const store = openStore();
  const entry = store.entry(name);
  const model = await store.local(name);
  const shown = { ...entry, path: model?.path ?? null };
  if (json === true) printJson(shown);
  else process.stdout.write(stringify(shown, { lineWidth: 110 }));
}
