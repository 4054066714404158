// Writes an evidence package for each case of a replay: a folder each, one chain, signed by a key of this run alone.
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CameraConfig } from "../../config/camera.ts";
import { temporarySigning } from "../../config/signing-key.ts";
import type { Event } from "../../contract/event.ts";
import { NO_PREVIOUS } from "../../contract/evidence/manifest.ts";
import { sealManifest } from "../../contract/evidence/seal.ts";
import { webChecker } from "../../contract/evidence/web-checker.ts";
import { builtPage } from "../../edge/built-page.ts";
import { type CameraWitness, witnessOf } from "../../edge/evidence/camera-witness.ts";
import { contentOf, fileOf } from "../../edge/evidence/package-content.ts";
import { factsOf } from "../../edge/evidence/package-facts.ts";
import type { Scene } from "../../edge/scene/scene.ts";

const CASE = "vn.ngatu.traffic.case.v1";
/** Cases whose film is awaited at once; a replay in lock step waits for the oldest before it plays on. */
const MOST_AT_ONCE = 8;

export class CasePackages {
  readonly witness: CameraWitness | undefined;
  readonly #folder: string;
  readonly #camera: CameraConfig;
  readonly #software: string;
  readonly #signal: AbortSignal;
  readonly #signing = temporarySigning();
  readonly #chain = randomBytes(8).toString("hex");
  readonly #open = new Set<Promise<void>>();
  #index = 0;
  #previous = NO_PREVIOUS;
  #linking: Promise<void> = Promise.resolve();
  #fault: Error | undefined;

  constructor(folder: string, camera: CameraConfig, scene: Scene, software: string, signal: AbortSignal) {
    this.witness = witnessOf(camera, scene);
    this.#folder = folder;
    this.#camera = camera;
    this.#software = software;
    this.#signal = signal;
  }

  /** An event with its place in the order. */
  take(event: Event): void {
    if (event.type !== CASE || this.witness === undefined) return;
    // As it is read from a wire: without what JSON leaves out.
    const plain = JSON.parse(JSON.stringify(event)) as Event;
    const making = this.#make(plain, this.witness)
      .catch((error: unknown) => (this.#fault ??= error as Error))
      .then(() => void this.#open.delete(making));
    this.#open.add(making);
  }

  /** Lets no more films be owed than can be made of what is still in memory. Rejects with the first fault. */
  async keepUp(): Promise<void> {
    if (this.#open.size > MOST_AT_ONCE) await Promise.race(this.#open);
    if (this.#fault !== undefined) throw this.#fault;
  }

  async finish(): Promise<void> {
    await Promise.all(this.#open);
    if (this.#fault !== undefined) throw this.#fault;
  }

  async #make(event: Event, witness: CameraWitness): Promise<void> {
    const scratch = await mkdtemp(join(tmpdir(), "ngatu-replay-"));
    try {
      const content = await contentOf(event, witness, scratch, this.#signal);
      const linked = this.#linking.then(() => this.#write(event, content));
      this.#linking = linked.catch(() => undefined);
      await linked;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  async #write(event: Event, made: Awaited<ReturnType<typeof contentOf>>): Promise<void> {
    const page = builtPage();
    const files = [
      ...made.files,
      ...(page === undefined ? [] : [fileOf("verify.html", "text/html", await readFile(page), undefined)]),
    ];
    const chain = { id: this.#chain, index: this.#index + 1, previous: this.#previous };
    const facts = await factsOf(
      event,
      { ...made, files },
      {
        ...{ site: "replay", box: "replay", software: this.#software, camera: this.#camera, chain },
        ...{ nowMs: Date.now(), boxClock: { method: "media" } },
      },
      webChecker,
    );
    const { documents, manifestSha256 } = await sealManifest(facts, await this.#signing, webChecker);
    const folder = join(this.#folder, event.id);
    await mkdir(folder, { recursive: true });
    for (const { listed, bytes } of files) await writeFile(join(folder, listed.name), bytes);
    for (const { name, bytes } of documents) await writeFile(join(folder, name), bytes);
    this.#index += 1;
    this.#previous = manifestSha256;
  }
}
