// A small file that is either the old one or the new one, whenever the power goes.
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Mode 0600; on disk when this resolves. Rejects with the file system's error. */
export async function writeDurably(file: string, content: string | Uint8Array): Promise<void> {
  const part = `${file}.part`;
  const handle = await open(part, "w", 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(part, file);
  const folder = await open(dirname(file), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
