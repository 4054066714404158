// Checks several packages as one chain: none missing, none twice, none put in between, up to the head that a server signed.
import { Head } from "./addition.ts";
import { EvidenceFault } from "./fault.ts";
import { NO_PREVIOUS } from "./manifest.ts";
import { HEAD } from "./names.ts";
import { demandSigned, readDocument } from "./signed-document.ts";
import type { Verification, VerifiedPackage } from "./verify.ts";

/** A package as the reader knows it: by the name of its folder or file. */
export interface ChainLink {
  readonly name: string;
  readonly verified: VerifiedPackage;
}

/** Throws {@link EvidenceFault} with the first link that does not hold. Packages may come in any order. */
export function verifyChain(links: readonly ChainLink[], head?: Head): void {
  const ordered = [...links].sort((a, b) => indexOf(a) - indexOf(b));
  const [first] = ordered;
  if (first === undefined) throw new EvidenceFault("package", "chain", "holds no package");
  ordered.forEach((link, at) => {
    const before = ordered[at - 1];
    demandSameChain(link, first);
    if (before === undefined) demandBeginning(link);
    else demandFollows(link, before);
  });
  if (head !== undefined) demandHead(head, first, ordered.at(-1) ?? first);
}

/** The server's word on where the chain ends. Throws {@link EvidenceFault}. */
export async function readHead(
  document: { readonly bytes: Uint8Array; readonly signature: Uint8Array },
  { checker, keys }: Verification,
): Promise<Head> {
  const head = readDocument(Head, document.bytes, HEAD);
  await demandSigned({ ...document, file: HEAD }, head.signer, checker);
  keys?.admit(head.signer, { owner: "server", at: head.at });
  return head;
}

function indexOf({ verified }: ChainLink): number {
  return verified.manifest.chain.index;
}

function demandSameChain({ name, verified }: ChainLink, first: ChainLink): void {
  const { box, chain } = verified.manifest;
  const { manifest } = first.verified;
  if (chain.id !== manifest.chain.id || box !== manifest.box)
    throw new EvidenceFault(
      "link",
      name,
      `belongs to chain ${chain.id} of ${box}, not to that of ${first.name}`,
    );
}

function demandBeginning({ name, verified }: ChainLink): void {
  const { index, previous } = verified.manifest.chain;
  if (index === 1 && previous !== NO_PREVIOUS)
    throw new EvidenceFault("link", name, "is the first of its chain and names one before it");
}

function demandFollows(link: ChainLink, before: ChainLink): void {
  const { chain } = link.verified.manifest;
  const last = indexOf(before);
  if (chain.index === last) {
    const same = link.verified.manifestSha256 === before.verified.manifestSha256;
    throw new EvidenceFault(
      "link",
      link.name,
      same ? `is the package of ${before.name} once more` : `claims link ${last}, as ${before.name} does`,
    );
  }
  if (chain.index !== last + 1) {
    const missing =
      last + 2 === chain.index ? `link ${last + 1} is` : `links ${last + 1} to ${chain.index - 1} are`;
    throw new EvidenceFault("link", link.name, `${missing} missing before it`);
  }
  if (chain.previous !== before.verified.manifestSha256)
    throw new EvidenceFault(
      "link",
      link.name,
      `does not follow ${before.name}: it names another manifest before it`,
    );
}

function demandHead(head: Head, first: ChainLink, last: ChainLink): void {
  const { box, chain } = first.verified.manifest;
  if (head.box !== box || head.chain !== chain.id)
    throw new EvidenceFault("link", HEAD, `is the head of chain ${head.chain} of ${head.box}`);
  if (indexOf(first) !== head.first)
    throw new EvidenceFault("link", first.name, `link ${head.first} is missing before it`);
  if (indexOf(last) !== head.index)
    throw new EvidenceFault("link", last.name, `the chain goes on to link ${head.index}`);
  if (last.verified.manifestSha256 !== head.manifest_sha256)
    throw new EvidenceFault("link", last.name, "is not the package that the chain's head names");
}
