// The evidence of one box: its key, its chain, the packages of its cases, and what is uploaded of them.
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import type { BoxConfig } from "../config/box.ts";
import { ensureSigningKey } from "../config/signing-key.ts";
import type { Event } from "../contract/event.ts";
import { builtPage } from "./built-page.ts";
import { ChainFile } from "./evidence/chain-file.ts";
import { EvidenceStore } from "./evidence/evidence-store.ts";
import { makerPlaces, PackageMaker, type PackageMakerOptions } from "./evidence/package-maker.ts";
import { PendingCases } from "./evidence/pending-cases.ts";
import type { Outbox } from "./outbox/outbox.ts";
import { KeyRegistration } from "./outbox/key-registration.ts";
import type { EvidenceAddress } from "./outbox/upload.ts";
import { Uploader } from "./outbox/uploader.ts";

/** Rows looked at in one turn of the outbox; an append brings a few. */
const READ_AT_ONCE = 1_000;
const CASE = "vn.ngatu.traffic.case.v1";

export interface BoxEvidenceOptions {
  readonly config: BoxConfig;
  readonly software: string;
  /** The box's data folder. */
  readonly data: string;
  readonly outbox: Outbox;
  readonly passwordFile: string;
  readonly caFile: string | undefined;
  readonly camera: PackageMakerOptions["camera"];
  readonly log: Logger;
}

export class BoxEvidence {
  readonly #options: BoxEvidenceOptions;
  readonly store: EvidenceStore;
  readonly #server: EvidenceAddress;
  readonly #uploader: Uploader;
  #maker: PackageMaker | undefined;
  #registration: KeyRegistration | undefined;
  #unfollow: () => void = () => undefined;
  /** Outbox rows up to here were looked at. */
  #seen: number;

  constructor(options: BoxEvidenceOptions) {
    const { config, data, passwordFile, caFile, log, outbox } = options;
    const { url = "", max_mb: megabytes } = config.evidence ?? {};
    const maxBytes = megabytes === undefined ? undefined : megabytes * 1024 * 1024;
    this.#options = options;
    this.store = new EvidenceStore({ folder: join(data, "evidence"), maxBytes });
    this.#server = { url, box: config.box, passwordFile, caFile };
    this.#uploader = new Uploader({ store: this.store, server: this.#server, log });
    this.#seen = outbox.lastSequence;
  }

  /** Rejects when the key, the chain or the folder can't be had. */
  async start(): Promise<void> {
    const { config, data, software, outbox, camera, log } = this.#options;
    await this.store.start();
    const places = makerPlaces(data);
    const signing = await ensureSigningKey(places.key);
    if (signing.created) log.info({ key: signing.signer.key }, "the box made its evidence key");
    const page = builtPage();
    if (page === undefined) log.warn("the page that checks packages was not built: packages go without it");
    this.#maker = new PackageMaker({
      ...{ site: config.site, box: config.box, software, signing, camera, log, store: this.store },
      chain: await ChainFile.open(places.chain),
      pending: new PendingCases(places.pending),
      scratch: places.scratch,
      page: page === undefined ? undefined : await readFile(page),
      boxClock: () => ({ method: "unmeasured" }),
      announce: (draft) => void outbox.append([draft]),
    });
    await this.#maker.start();
    this.#unfollow = outbox.onAppend(() => this.#follow());
    this.#uploader.start();
    const { previousKey } = places;
    this.#registration = new KeyRegistration({
      ...{ server: this.#server, signing, log },
      previous: existsSync(previousKey) ? await ensureSigningKey(previousKey) : undefined,
      onRegistered: () => rm(previousKey, { force: true }),
    });
    this.#registration.start();
  }

  async stop(): Promise<void> {
    this.#unfollow();
    await this.#maker?.stop();
    await this.#registration?.stop();
    await this.#uploader.stop();
  }

  /** Cases that the outbox took: their place in the order is part of their package. */
  #follow(): void {
    const { outbox } = this.#options;
    for (const row of outbox.read(this.#seen, READ_AT_ONCE)) {
      this.#seen = row.sequence;
      if (!row.payload.includes(CASE)) continue;
      const event = JSON.parse(row.payload) as Event;
      if (event.type === CASE) this.#maker?.take(event);
    }
  }
}
