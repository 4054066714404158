// Remembers which models have proved themselves on this machine, so that only what is new costs a proof.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { env } from "onnxruntime-node";
import type { WorkerModels } from "./worker-protocol.ts";

/**
 * One file for each set of models, at the sizes and on the provider that they were run with, by this runtime on this
 * kind of processor: whatever of it is another is proved anew.
 */
export class ProofRecord {
  readonly #folder: string;

  /** @param folder made when the first is added */
  constructor(folder: string) {
    this.#folder = folder;
  }

  has(models: WorkerModels): boolean {
    return existsSync(this.#file(models));
  }

  /** Throws the file system's error where it can't be written. */
  add(models: WorkerModels): void {
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(this.#file(models), "");
  }

  #file(models: WorkerModels): string {
    const machine = [process.version, process.arch, env.versions, cpus()[0]?.model];
    // Paths are another on each site, and the faces' options change no session.
    const sessions = JSON.stringify([machine, models], (key, value: unknown) =>
      key === "path" || key === "faces" ? undefined : value,
    );
    return join(this.#folder, createHash("sha256").update(sessions).digest("hex"));
  }
}
