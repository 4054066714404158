// Writes a chain to disk as a reader gets it: a folder of folders, or one archive.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tarEnd, tarHeader, tarPadding } from "../../../contract/evidence/tar.ts";
import type { Lying } from "./mutation.ts";

export async function writeFolders(folder: string, { packages, beside }: Lying): Promise<void> {
  await mkdir(folder);
  for (const [name, bytes] of beside) await writeFile(join(folder, name), bytes);
  for (const [name, files] of packages) {
    await mkdir(join(folder, name));
    for (const [file, bytes] of files) await writeFile(join(folder, name, file), bytes);
  }
}

export async function writeArchive(file: string, { packages, beside }: Lying): Promise<void> {
  const entries = [
    ...[...beside].map(([name, bytes]) => ({ path: name, bytes })),
    ...[...packages].flatMap(([folder, files]) =>
      [...files].map(([name, bytes]) => ({ path: `${folder}/${name}`, bytes })),
    ),
  ];
  const blocks = entries.flatMap(({ path, bytes }) => [
    tarHeader(path, bytes.length, 0),
    bytes,
    tarPadding(bytes.length),
  ]);
  await writeFile(file, Buffer.concat([...blocks, tarEnd()]));
}
