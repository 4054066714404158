// The verdict on what a reader holds: each package by itself, then all of them as one chain; the first fault by name.
import { type ChainLink, readHead, verifyChain } from "./chain.ts";
import { EvidenceFault } from "./fault.ts";
import { HEAD, MANIFEST, signatureOf } from "./names.ts";
import { packagesOf, type TarEntry } from "./tar.ts";
import { type PackageFiles, type Verification, type VerifiedPackage, verifyPackage } from "./verify.ts";

export interface OpenedPackage {
  /** As the reader knows it: the folder's or archive's name. */
  readonly name: string;
  readonly files: PackageFiles;
}

export interface OpenedEvidence {
  readonly packages: readonly OpenedPackage[];
  /** A chain's end, where one lies beside the packages. */
  readonly head: { readonly bytes: Uint8Array; readonly signature: Uint8Array } | undefined;
}

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

/** Checks everything that `opened` yields as one chain. Rejects only with the error of what can't be read. */
export async function judge(
  opened: AsyncIterable<OpenedEvidence> | Iterable<OpenedEvidence>,
  name: string,
  options: Verification,
): Promise<Verdict> {
  const links: ChainLink[] = [];
  let at = name;
  try {
    let head;
    for await (const { packages, head: end } of opened) {
      for (const one of packages) {
        at = one.name;
        links.push({ name: one.name, verified: await verifyPackage(one.files, options) });
      }
      if (end !== undefined) head = await readHead(end, options);
    }
    at = "chain";
    if (links.length > 1 || head !== undefined) verifyChain(links, head);
    return { ok: true, packages: links.map((link) => ({ name: link.name, ...link.verified })) };
  } catch (error) {
    if (!(error instanceof EvidenceFault)) throw error;
    const { part, where, text } = error;
    return { ok: false, package: at, part, where, text };
  }
}

/** Parts entries (of an archive, of a chosen folder) into packages. Throws {@link EvidenceFault}. */
export async function openEntries(entries: readonly TarEntry[], name: string): Promise<OpenedEvidence> {
  const folders = packagesOf(entries, name);
  const outer = folders.get("");
  const isChain = outer?.has(MANIFEST) !== true && (folders.size > 1 || outer?.has(HEAD) === true);
  const [head, signature] = isChain ? [outer?.get(HEAD), outer?.get(signatureOf(HEAD))] : [];
  if (isChain && outer !== undefined) {
    const stray = [...outer.keys()].find((file) => file !== HEAD && file !== signatureOf(HEAD));
    if (stray !== undefined)
      throw new EvidenceFault("package", stray, "is no package, and lies among packages");
    folders.delete("");
  }
  const packages = [...folders].map(([folder, files]) => ({
    name: folder === "" || !isChain ? name : folder,
    files,
  }));
  if (packages.length === 0) throw new EvidenceFault("package", name, `holds no ${MANIFEST}`);
  if (head === undefined && signature === undefined) return { packages, head: undefined };
  if (head === undefined || signature === undefined)
    throw new EvidenceFault("file", head === undefined ? HEAD : signatureOf(HEAD), "is missing");
  return { packages, head: { bytes: await head.read(), signature: await signature.read() } };
}
