// Countersigns manifests as they arrive, and signs each decision as an addition to its case's package.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { signAddition, signReceipt } from "../../contract/evidence/endorse.ts";
import { EvidenceFault } from "../../contract/evidence/fault.ts";
import { KeyRing } from "../../contract/evidence/key-ring.ts";
import { FIELDS, MANIFEST, signatureOf } from "../../contract/evidence/names.ts";
import type { Signing } from "../../contract/evidence/signing.ts";
import { type PackageFiles, verifyManifest } from "../../contract/evidence/verify.ts";
import { webChecker } from "../../contract/evidence/web-checker.ts";
import type { Database } from "../store/database.ts";
import {
  addEndorsement,
  findEndorsements,
  findUnreceived,
  findUnsigned,
  noteFault,
  type Unreceived,
  type Unsigned,
} from "../store/endorsements.ts";
import { findKeys, registerKey } from "../store/evidence-keys.ts";
import type { Vault } from "./vault.ts";

export interface NotaryOptions {
  readonly db: Database;
  readonly vault: Pick<Vault, "path">;
  readonly signing: Signing;
  /** This server among others of the same database. */
  readonly name: string;
  readonly everyMs?: number | undefined;
  readonly log: Logger;
}

/** What a server is called among others of the same database: each has a folder, and with it a key, of its own. */
export function serverName(key: string): string {
  return `server-${key.slice(0, 8)}`;
}

const EVERY_MS = 2_000;
/** A box whose key is not known yet is asked for again, not told of each time. */
const TELL_EVERY_MS = 600_000;
const DOCUMENTS = [MANIFEST, FIELDS].flatMap((name) => [name, signatureOf(name)]);

export class Notary {
  readonly #options: NotaryOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(options: NotaryOptions) {
    this.#options = options;
  }

  /** Makes its key known, then signs what waits. Rejects when another key of this name is in force. */
  async start(): Promise<void> {
    const { db, name, signing } = this.#options;
    const outcome = await registerKey(db, "server", name, signing.signer, () => Promise.resolve(true));
    if (outcome !== "registered")
      throw new EvidenceFault(
        "key",
        signing.signer.key.slice(0, 16),
        `this server's evidence key was ${outcome}`,
      );
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { everyMs = EVERY_MS, log } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.work();
      } catch (error) {
        log.warn({ err: error }, "evidence can't be countersigned now");
      }
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Everything that waits now. Rejects with the database's or the file system's error. */
  async work(): Promise<void> {
    const { db } = this.#options;
    const unreceived = await findUnreceived(db, DOCUMENTS);
    const keys = unreceived.length === 0 ? undefined : new KeyRing(await findKeys(db));
    for (const one of unreceived) if (keys !== undefined) await this.#receive(one, keys);
    for (const one of await findUnsigned(db)) await this.#sign(one);
  }

  async #receive({ caseId, box, documents }: Unreceived, keys: KeyRing): Promise<void> {
    const { db, vault, signing, log } = this.#options;
    const nowMs = Date.now();
    const receivedAt = new Date(nowMs).toISOString();
    const files = new Map(
      await Promise.all(
        [...documents].map(async ([name, sha256]) => {
          const bytes = await readFile(vault.path(sha256));
          return [name, { bytes: bytes.length, read: () => Promise.resolve(bytes) }] as const;
        }),
      ),
    );
    try {
      const { manifest, manifestSha256 } = await verifyManifest(
        files satisfies PackageFiles,
        { checker: webChecker, keys, nowMs },
        receivedAt,
      );
      if (manifest.event.id !== caseId || manifest.box !== box)
        throw new EvidenceFault("field", `${MANIFEST}: event.id`, "is of another case or box");
      const receipt = await signReceipt(
        { box, manifest_sha256: manifestSha256, received_at: receivedAt },
        signing,
      );
      await addEndorsement(db, caseId, 0, receipt);
    } catch (error) {
      if (!(error instanceof EvidenceFault)) throw error;
      // Its key may be on its way, or be revoked and replaced: nothing is said for ever.
      if (error.part === "key") this.#tell({ box, case: caseId }, error.message);
      else {
        log.error({ box, case: caseId, fault: error.message }, "a case's package does not hold");
        await noteFault(db, caseId, error.message);
      }
    }
  }

  #tell(about: object, fault: string): void {
    const nowMs = performance.now();
    if (nowMs - this.#toldMs < TELL_EVERY_MS) return;
    this.#toldMs = nowMs;
    this.#options.log.warn({ ...about, fault }, "a package waits for its receipt");
  }

  async #sign({ caseId, decision, reason, by, at, stepId }: Unsigned): Promise<void> {
    const { db, signing } = this.#options;
    const last = (await findEndorsements(db, caseId)).at(-1);
    if (last === undefined) return;
    const number = last.number + 1;
    const addition = await signAddition(
      {
        ...{ case: caseId, number, decision, by, at: at.toISOString() },
        signed_at: new Date().toISOString(),
        previous: createHash("sha256").update(last.document).digest("hex"),
        ...(reason === undefined ? {} : { reason }),
      },
      signing,
    );
    await addEndorsement(db, caseId, number, addition, stepId);
  }
}
