// Checks evidence that lies on this machine.
import { EvidenceFault } from "../../contract/evidence/fault.ts";
import { judge, type OpenedEvidence, type Verdict } from "../../contract/evidence/verdict.ts";
import type { Verification } from "../../contract/evidence/verify.ts";
import { openEvidence } from "./read-package.ts";

/** Rejects only with the system's error when something can't be read. */
export async function checkEvidence(paths: readonly string[], options: Verification): Promise<Verdict> {
  let at = paths[0] ?? "";
  async function* opened(): AsyncGenerator<OpenedEvidence> {
    for (const path of paths) {
      at = path;
      const evidence = await openEvidence(path);
      try {
        yield evidence;
      } finally {
        await evidence.close();
      }
    }
  }
  try {
    return await judge(opened(), at, options);
  } catch (error) {
    if (!(error instanceof EvidenceFault)) throw error;
    const { part, where, text } = error;
    return { ok: false, package: at, part, where, text };
  }
}
