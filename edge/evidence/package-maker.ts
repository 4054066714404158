// Makes the package of every case some seconds after it: content, manifest, signature, link; then tells of it.
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { v7 } from "uuid";
import type { Logger } from "pino";
import type { CameraConfig } from "../../config/camera.ts";
import { dataSchemaOf, type Event } from "../../contract/event.ts";
import type { EvidenceData, EvidenceFile } from "../../contract/evidence.ts";
import type { ClockState } from "../../contract/evidence/manifest.ts";
import { sealManifest } from "../../contract/evidence/seal.ts";
import type { Signing } from "../../contract/evidence/signing.ts";
import { webChecker } from "../../contract/evidence/web-checker.ts";
import type { EventDraft } from "../event/event-draft.ts";
import type { ChainFile } from "./chain-file.ts";
import type { EvidenceStore } from "./evidence-store.ts";
import { contentOf, fileOf, type PackageContent, type PackageFile, type Witness } from "./package-content.ts";
import { factsOf } from "./package-facts.ts";
import type { PendingCases } from "./pending-cases.ts";

export interface PackageMakerOptions {
  readonly site: string;
  readonly box: string;
  readonly software: string;
  readonly signing: Signing;
  readonly chain: ChainFile;
  readonly pending: PendingCases;
  readonly store: Pick<EvidenceStore, "keep">;
  /** Folder for films that are being made; emptied at start. */
  readonly scratch: string;
  /** The page that checks a package, a file of each; absent: it was not built. */
  readonly page: Uint8Array | undefined;
  camera(name: string): { readonly config: CameraConfig; readonly witness: Witness | undefined } | undefined;
  boxClock(): ClockState;
  /** Accepts the event that tells of a package. Throws when it can't be accepted now. */
  readonly announce: (draft: EventDraft) => void;
  readonly log: Logger;
  /** How long failed cases wait; 30 s. */
  readonly retryMs?: number | undefined;
}

/** Packages made at once: while one waits for its film's end, another is filmed. */
const AT_ONCE = 2;
/** Full-policy: a case beyond this gets no package until the next start; it is on disk. */
const MOST_WAITING = 1_000;
const RETRY_MS = 30_000;

/** The documents have no room on the box, or the outbox none for their event: tried again. */
class NoRoomError extends Error {
  override readonly name = "NoRoomError";
}

export class PackageMaker {
  readonly #options: PackageMakerOptions;
  readonly #stopping = new AbortController();
  readonly #waiting: Event[] = [];
  /** Cases that failed: the timer alone puts them back in line. */
  readonly #failed: Event[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #figures = { made: 0, withoutFilm: 0, refused: 0 };
  /** Links are made one after the other. */
  #linking: Promise<void> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;

  constructor(options: PackageMakerOptions) {
    this.#options = options;
  }

  get figures(): { readonly made: number; readonly withoutFilm: number; readonly refused: number } {
    return { ...this.#figures };
  }

  async start(): Promise<void> {
    const { scratch, pending, chain } = this.#options;
    await rm(scratch, { recursive: true, force: true });
    await mkdir(scratch, { recursive: true, mode: 0o700 });
    await this.#tellAtStart();
    for (const event of await pending.start()) {
      if (event.id === chain.lastCase) await pending.done(event);
      else this.#enqueue(event);
    }
    this.#begin();
  }

  /** A full outbox doesn't keep the box from starting: the link is on disk, and told of before the next one. */
  async #tellAtStart(): Promise<void> {
    const { announce, chain, log } = this.#options;
    if (chain.untold === undefined) return;
    try {
      announce(chain.untold);
    } catch (error) {
      log.error({ err: error }, "an evidence package can't be told of yet");
      return;
    }
    await chain.told();
  }

  /** Packages under way are given up; the next start makes them of what is left. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#retry);
    await Promise.allSettled(this.#running);
  }

  /** A case that the outbox has accepted. */
  take(event: Event): void {
    try {
      this.#options.pending.add(event);
    } catch (error) {
      // Its package is made all the same, unless the box is stopped before.
      this.#options.log.error({ err: error, case: event.id }, "a case's package can't be noted on disk");
    }
    this.#enqueue(event);
    this.#begin();
  }

  #enqueue(event: Event): void {
    if (this.#waiting.length + this.#failed.length < MOST_WAITING) this.#waiting.push(event);
    else this.#figures.refused += 1;
  }

  #begin(): void {
    while (this.#running.size < AT_ONCE && !this.#stopping.signal.aborted) {
      const event = this.#waiting.shift();
      if (event === undefined) return;
      const making = this.#make(event).finally(() => {
        this.#running.delete(making);
        this.#begin();
      });
      this.#running.add(making);
    }
  }

  async #make(event: Event): Promise<void> {
    const { log, pending } = this.#options;
    try {
      if (this.#options.camera(cameraOf(event)) === undefined) {
        log.warn({ case: event.id, camera: cameraOf(event) }, "a case gets no package: its camera is gone");
        this.#figures.refused += 1;
        await pending.done(event);
        return;
      }
      const content = await this.#keptOf(await this.#content(event));
      const linked = this.#linking.then(() => this.#link(event, content));
      this.#linking = linked.catch(() => undefined);
      await linked;
      await pending.done(event);
      this.#figures.made += 1;
      if (content.missing.length > 0) this.#figures.withoutFilm += 1;
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      log.error({ err: error, case: event.id }, "a case's evidence package is not made yet");
      this.#failed.push(event);
      this.#retry ??= setTimeout(() => this.#again(), this.#options.retryMs ?? RETRY_MS);
    }
  }

  #again(): void {
    this.#retry = undefined;
    this.#waiting.push(...this.#failed.splice(0));
    this.#begin();
  }

  async #content(event: Event): Promise<PackageContent> {
    const { scratch, page } = this.#options;
    const witness = this.#options.camera(cameraOf(event))?.witness;
    const content =
      witness === undefined
        ? {
            ...{ files: [], originals: [] },
            missing: [
              { name: "clip.mp4", why: "the box was restarted: what a camera showed is in memory alone" },
            ],
          }
        : await contentOf(event, witness, scratch, this.#stopping.signal);
    return page === undefined
      ? content
      : { ...content, files: [...content.files, fileOf("verify.html", "text/html", page, undefined)] };
  }

  /** Each file on disk before the manifest names it; one without room is named as missing. */
  async #keptOf(content: PackageContent): Promise<PackageContent> {
    const files: PackageFile[] = [];
    const missing = [...content.missing];
    for (const file of content.files) {
      const held = await this.#options.store.keep(file.bytes);
      if (held === undefined) missing.push({ name: file.listed.name, why: "the box had no room for it" });
      else files.push(file);
    }
    if (files.length === 0) throw new NoRoomError("nothing of the package has room on the box");
    return { ...content, files, missing };
  }

  /** Tells of a link that the outbox refused; whether it was this case's. */
  async #tellLast(event: Event): Promise<boolean> {
    const { chain, announce } = this.#options;
    const { untold } = chain;
    if (untold === undefined) return false;
    announce(untold);
    await chain.told();
    return chain.lastCase === event.id;
  }

  async #link(event: Event, content: PackageContent): Promise<void> {
    const { site, box, software, signing, chain, store } = this.#options;
    if (await this.#tellLast(event)) return;
    const camera = this.#options.camera(cameraOf(event))?.config;
    if (camera === undefined) throw new TypeError(`${cameraOf(event)} is no camera of this box`);
    const maker = {
      site,
      box,
      software,
      camera,
      chain: chain.next,
      nowMs: Date.now(),
      boxClock: this.#options.boxClock(),
    };
    const facts = await factsOf(event, content, maker, webChecker);
    const { documents, manifestSha256 } = await sealManifest(facts, signing, webChecker);
    const listed: EvidenceFile[] = content.files.map(({ listed: { name, media_type, bytes, sha256 } }) => ({
      ...{ name, media_type, bytes, sha256 },
    }));
    for (const { name, bytes } of documents) {
      const held = await store.keep(bytes);
      if (held === undefined) throw new NoRoomError("the manifest has no room on the box");
      const type = name.endsWith(".json") ? "application/json" : "application/octet-stream";
      listed.push({ name, media_type: type, bytes: bytes.length, sha256: held.sha256 });
    }
    const draft = draftOf(event, { case: event.id, manifest_sha256: manifestSha256, files: listed });
    await chain.add(manifestSha256, event.id, draft);
    this.#options.announce(draft);
    await chain.told();
  }
}

function cameraOf({ source }: Event): string {
  return source.split("/")[3] ?? "";
}

function draftOf(event: Event, data: EvidenceData): EventDraft {
  const type = "vn.ngatu.evidence.v1";
  return {
    ...{ specversion: "1.0", id: v7(), source: event.source, type, subject: event.subject },
    ...{
      time: new Date().toISOString(),
      dataschema: dataSchemaOf(type),
      datacontenttype: "application/json",
    },
    data,
  };
}

/** Where a maker keeps its own, below a box's data folder. */
export function makerPlaces(data: string): {
  key: string;
  previousKey: string;
  chain: string;
  pending: string;
  scratch: string;
} {
  return {
    key: join(data, "evidence-key.pem"),
    /** The key before, until the server has taken its successor. */
    previousKey: join(data, "evidence-key.previous.pem"),
    chain: join(data, "evidence-chain.json"),
    pending: join(data, "evidence-pending"),
    scratch: join(data, "evidence-scratch"),
  };
}
