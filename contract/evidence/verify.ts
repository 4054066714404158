// Checks one evidence package, offline: form, signer, signature, every file's hash, the server's receipt and additions.
import type { TSchema, Static } from "typebox";
import { Addition, Receipt } from "./addition.ts";
import { EvidenceFault } from "./fault.ts";
import { Fields, firstDifference, hashFields } from "./fields.ts";
import type { KeyRing } from "./key-ring.ts";
import { MAX_DOCUMENT_BYTES } from "./canonical-json.ts";
import { Manifest, type ManifestFile } from "./manifest.ts";
import { additionName, FIELDS, FILE_NAME, MANIFEST, MAX_FILES, RECEIPT, signatureOf } from "./names.ts";
import { demandSigned, isSigned, readDocument } from "./signed-document.ts";
import type { Checker, Signer } from "./signer.ts";

/** A file of the package, not yet read. */
export interface PackageEntry {
  readonly bytes: number;
  read(): Promise<Uint8Array>;
}

export type PackageFiles = ReadonlyMap<string, PackageEntry>;

export interface Verification {
  readonly checker: Checker;
  /** Keys that the reader trusts; absent: the package is only checked against the keys that it names itself. */
  readonly keys: KeyRing | undefined;
  /** The reader's clock, ms since 1970 UTC. */
  readonly nowMs: number;
}

export interface VerifiedPackage {
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  /** Absent: no server has countersigned it. */
  readonly receipt: Receipt | undefined;
  readonly additions: readonly Addition[];
}

/** A reader's clock may be a little behind, ms. */
const FUTURE_MS = 5 * 60_000;

interface Signed<T> {
  readonly value: T;
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
  readonly file: string;
}

/** Resolves when all of it holds. Throws {@link EvidenceFault} with the first thing that does not. */
export async function verifyPackage(files: PackageFiles, options: Verification): Promise<VerifiedPackage> {
  if (files.size > MAX_FILES)
    throw new EvidenceFault("package", MANIFEST, `${files.size} files, more than ${MAX_FILES}`);
  for (const name of files.keys())
    if (!FILE_NAME.test(name))
      throw new EvidenceFault("package", JSON.stringify(name), "no name of a package's file");
  const receipt = await readSigned(files, Receipt, RECEIPT, false);
  const { manifest, manifestSha256 } = await verifyManifest(files, options, receipt?.value.received_at);
  const additions = await demandAdditions(files, { manifest, manifestSha256, receipt }, options);
  demandNoOthers(files, manifest, receipt !== undefined, additions.length);
  for (const file of manifest.files) await demandFile(files, file, options.checker);
  return { manifest, manifestSha256, receipt: receipt?.value, additions };
}

/**
 * The manifest alone, before its files are here. `seenAt` is when somebody else saw it, by a clock of theirs. Throws
 * {@link EvidenceFault}.
 */
export async function verifyManifest(
  files: PackageFiles,
  { checker, keys, nowMs }: Verification,
  seenAt: string | undefined,
): Promise<Pick<VerifiedPackage, "manifest" | "manifestSha256">> {
  const manifest = await readSigned(files, Manifest, MANIFEST, true);
  await demandManifestSigned(manifest, files, checker);
  const { box, made_at: madeAt, signer } = manifest.value;
  demandPast(`${MANIFEST}: made_at`, madeAt, nowMs);
  keys?.admit(signer, {
    ...{ owner: "box", name: box, at: madeAt },
    ...(seenAt === undefined ? {} : { seenAt }),
  });
  return { manifest: manifest.value, manifestSha256: await checker.sha256(manifest.bytes) };
}

async function readSigned<S extends TSchema>(
  files: PackageFiles,
  schema: S,
  file: string,
  needed: true,
): Promise<Signed<Static<S>>>;
async function readSigned<S extends TSchema>(
  files: PackageFiles,
  schema: S,
  file: string,
  needed: boolean,
): Promise<Signed<Static<S>> | undefined>;
async function readSigned<S extends TSchema>(
  files: PackageFiles,
  schema: S,
  file: string,
  needed: boolean,
): Promise<Signed<Static<S>> | undefined> {
  const signatureFile = signatureOf(file);
  if (!needed && !files.has(file) && !files.has(signatureFile)) return undefined;
  const bytes = await readSmall(files, file);
  const signature = await readSmall(files, signatureFile);
  return { value: readDocument(schema, bytes, file), bytes, signature, file };
}

async function readSmall(files: PackageFiles, file: string): Promise<Uint8Array> {
  const entry = files.get(file);
  if (entry === undefined) throw new EvidenceFault("file", file, "is missing");
  if (entry.bytes > MAX_DOCUMENT_BYTES)
    throw new EvidenceFault("file", file, `${entry.bytes} bytes, more than ${MAX_DOCUMENT_BYTES}`);
  return await entry.read();
}

/** Where the manifest's signature does not fit, its signed field hashes say which field was changed. */
async function demandManifestSigned(
  manifest: Signed<Manifest>,
  files: PackageFiles,
  checker: Checker,
): Promise<void> {
  const fields = await readSigned(files, Fields, FIELDS, true);
  const known = await isSigned(fields, fields.value.signer, checker);
  if (known) {
    const changed = firstDifference(fields.value.fields, await hashFields(manifest.value, checker));
    if (changed !== undefined)
      throw new EvidenceFault("field", `${MANIFEST}: ${changed}`, "is not what the box signed");
  }
  await demandSigned(manifest, manifest.value.signer, checker);
  if (!known) await demandSigned(fields, fields.value.signer, checker);
  demandSameSigner(fields.value.signer, manifest.value.signer);
  if (fields.value.manifest_sha256 !== (await checker.sha256(manifest.bytes)))
    throw new EvidenceFault("field", `${FIELDS}: manifest_sha256`, "belongs to another manifest");
}

function demandSameSigner(found: Signer, expected: Signer): void {
  if (found.key !== expected.key)
    throw new EvidenceFault("field", `${FIELDS}: signer.key`, "another key than the manifest's");
}

function demandPast(field: string, at: string, nowMs: number): void {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) throw new EvidenceFault("field", field, `${at} is no time`);
  if (ms > nowMs + FUTURE_MS)
    throw new EvidenceFault("field", field, `${at} lies in the future of this computer's clock`);
}

async function demandAdditions(
  files: PackageFiles,
  known: { manifest: Manifest; manifestSha256: string; receipt: Signed<Receipt> | undefined },
  { checker, keys, nowMs }: Verification,
): Promise<Addition[]> {
  const { manifest, manifestSha256, receipt } = known;
  if (receipt === undefined) return [];
  const { value } = receipt;
  await demandSigned(receipt, value.signer, checker);
  if (value.manifest_sha256 !== manifestSha256)
    throw new EvidenceFault("field", `${RECEIPT}: manifest_sha256`, "is the receipt of another manifest");
  if (value.box !== manifest.box)
    throw new EvidenceFault(
      "field",
      `${RECEIPT}: box`,
      `${value.box}, and the manifest says ${manifest.box}`,
    );
  demandPast(`${RECEIPT}: received_at`, value.received_at, nowMs);
  keys?.admit(value.signer, { owner: "server", at: value.received_at });
  const additions: Addition[] = [];
  let previous = await checker.sha256(receipt.bytes);
  for (let number = 1; ; number++) {
    const file = additionName(number);
    const addition = await readSigned(files, Addition, file, false);
    if (addition === undefined) return additions;
    await demandSigned(addition, addition.value.signer, checker);
    demandInOrder(addition.value, file, number, previous, manifest.event.id);
    demandPast(`${file}: at`, addition.value.at, nowMs);
    const { at, signed_at: signedAt = at } = addition.value;
    demandPast(`${file}: signed_at`, signedAt, nowMs);
    // A server's new key signs decisions that are older than it.
    keys?.admit(addition.value.signer, { owner: "server", at: signedAt });
    additions.push(addition.value);
    previous = await checker.sha256(addition.bytes);
  }
}

function demandInOrder(
  addition: Addition,
  file: string,
  number: number,
  previous: string,
  caseId: string,
): void {
  if (addition.number !== number)
    throw new EvidenceFault("link", file, `says that it is addition ${addition.number}`);
  if (addition.previous !== previous)
    throw new EvidenceFault("link", file, "does not follow what stands before it");
  if (addition.case !== caseId)
    throw new EvidenceFault(
      "field",
      `${file}: case`,
      `${addition.case}, and the package is of case ${caseId}`,
    );
}

/** What nobody signed has no place in a package. */
function demandNoOthers(files: PackageFiles, manifest: Manifest, received: boolean, additions: number): void {
  const documents = [
    MANIFEST,
    FIELDS,
    ...(received ? [RECEIPT] : []),
    ...Array.from({ length: additions }, (_, index) => additionName(index + 1)),
  ];
  const allowed = new Set(documents.flatMap((name) => [name, signatureOf(name)]));
  const listed = new Set<string>();
  for (const { name } of manifest.files) {
    if (listed.has(name) || allowed.has(name))
      throw new EvidenceFault("field", `${MANIFEST}: files`, `${name} occurs twice`);
    listed.add(name);
  }
  for (const name of files.keys())
    if (!listed.has(name) && !allowed.has(name))
      throw new EvidenceFault("file", name, "is not in the manifest");
}

async function demandFile(files: PackageFiles, listed: ManifestFile, checker: Checker): Promise<void> {
  const entry = files.get(listed.name);
  if (entry === undefined) throw new EvidenceFault("file", listed.name, "is missing");
  if (entry.bytes !== listed.bytes)
    throw new EvidenceFault(
      "file",
      listed.name,
      `${entry.bytes} bytes, and the manifest says ${listed.bytes}`,
    );
  const found = await checker.sha256(await entry.read());
  if (found !== listed.sha256)
    throw new EvidenceFault(
      "file",
      listed.name,
      `its SHA-256 is ${found}, not the manifest's ${listed.sha256}`,
    );
}
