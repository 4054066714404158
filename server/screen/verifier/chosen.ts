// What somebody chose in the page, as the check reads it: an archive, or a folder with all its files.
import { EvidenceFault } from "../../../contract/evidence/fault.ts";
import { allowedPath, readTar } from "../../../contract/evidence/tar.ts";
import { openEntries, type OpenedEvidence } from "../../../contract/evidence/verdict.ts";

/** More files than this are not looked at: somebody chose a whole disk. */
const MAX_CHOSEN = 4_096;

/** Throws EvidenceFault for what can't be evidence. */
export async function openArchive(file: File): Promise<OpenedEvidence> {
  const read = (offset: number, length: number): Promise<Uint8Array> =>
    bytesOf(file.slice(offset, offset + length));
  return await openEntries(await readTar({ size: file.size, read }, file.name), file.name);
}

/** A browser names each file with the chosen folder in front. Throws EvidenceFault. */
export async function openFolder(files: FileList): Promise<OpenedEvidence> {
  const name = files[0]?.webkitRelativePath.split("/")[0] ?? "";
  if (files.length > MAX_CHOSEN)
    throw new EvidenceFault("package", name, `${files.length} files, more than ${MAX_CHOSEN}`);
  const entries = [...files].map((file) => ({
    path: allowedPath(file.webkitRelativePath.split("/").slice(1).join("/"), name),
    bytes: file.size,
    read: () => bytesOf(file),
  }));
  return await openEntries(entries, name);
}

export async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}
