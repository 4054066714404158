// Checks what a reader holds: each package by itself, then all of them as one chain.
import { type ChainLink, readHead, verifyChain } from "../../contract/evidence/chain.ts";
import { EvidenceFault } from "../../contract/evidence/fault.ts";
import { type Verification, type VerifiedPackage, verifyPackage } from "../../contract/evidence/verify.ts";
import { type OpenedEvidence, openEvidence } from "./read-package.ts";

/** The first thing that fails, in which package; or all that was found to hold. */
export type Verdict =
  | {
      readonly ok: false;
      readonly package: string;
      readonly part: EvidenceFault["part"];
      readonly where: string;
      readonly text: string;
    }
  | { readonly ok: true; readonly packages: readonly (VerifiedPackage & { readonly name: string })[] };

/** Rejects only with the system's error when something can't be read. */
export async function checkEvidence(paths: readonly string[], options: Verification): Promise<Verdict> {
  const links: ChainLink[] = [];
  let at = paths[0] ?? "";
  try {
    let head;
    for (const path of paths) {
      at = path;
      const opened = await openEvidence(path);
      try {
        for (const { name, files } of opened.packages) {
          at = name;
          links.push({ name, verified: await verifyPackage(files, options) });
        }
        head = await headOf(opened, options);
      } finally {
        await opened.close();
      }
    }
    at = "chain";
    if (links.length > 1 || head !== undefined) verifyChain(links, head);
    return { ok: true, packages: links.map(({ name, verified }) => ({ name, ...verified })) };
  } catch (error) {
    if (!(error instanceof EvidenceFault)) throw error;
    const { part, where, text } = error;
    return { ok: false, package: at, part, where, text };
  }
}

async function headOf(
  { head }: OpenedEvidence,
  options: Verification,
): Promise<Awaited<ReturnType<typeof readHead>> | undefined> {
  return head === undefined ? undefined : await readHead(head, options);
}
