// Which networks find and read plates: ours, and the other readers that are at hand.
import type { ReadyModel } from "../../models/ready-model.ts";
import { SourceError } from "../../models/source.ts";
import type { ModelStore } from "../../models/store.ts";
import type { PlateModels } from "./inspector.ts";

/**
 * `leftOut` is told why a reader that can't be had is missing: the vote goes on without it, and fewer plates are sure.
 * Rejects with SourceError or ModelError where our own can't be had.
 */
export async function choosePlateModels(
  store: Pick<ModelStore, "ensure">,
  leftOut: (why: string) => void,
): Promise<PlateModels> {
  const reachable = async (name: string): Promise<ReadyModel | undefined> => {
    try {
      return await store.ensure(name);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      leftOut(`${name} is left out: ${error.message}`);
      return undefined;
    }
  };
  return {
    detector: await store.ensure("plate-detector"),
    readers: {
      own: await store.ensure("plate-reader"),
      whole: await reachable("cct-xs"),
      line: await reachable("ppocrv4-rec"),
    },
  };
}

/** SHA-256 by task, for every event that a plate may be in. */
export function plateHashes({
  detector,
  readers: { own, whole, line },
}: PlateModels): Record<string, string> {
  return {
    "plate-detect": detector.sha256,
    "plate-read": own.sha256,
    ...(whole === undefined ? {} : { "plate-read-whole": whole.sha256 }),
    ...(line === undefined ? {} : { "plate-read-line": line.sha256 }),
  };
}
