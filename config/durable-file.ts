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
  await syncFolder(dirname(file));
}

/** What was renamed or linked in `folder` stays so only from now on. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
