// Makes the box's evidence key known to the server, over the box's own channel, and asks again until it is.
import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { encodeCanonical } from "../../contract/evidence/canonical-json.ts";
import {
  KEYS_PATH,
  REGISTRATION_FORMAT,
  REGISTRATION_STATUS,
  type Registration,
  type RegistrationBody,
} from "../../contract/evidence/registration.ts";
import type { Signing } from "../../contract/evidence/signing.ts";
import type { EvidenceAddress } from "./upload.ts";

export interface KeyRegistrationOptions {
  readonly server: EvidenceAddress;
  readonly signing: Signing;
  /** The key before this one, where it was replaced and the server may not know. */
  readonly previous: Signing | undefined;
  /** Called once the server knows the key. */
  readonly onRegistered: () => Promise<void>;
  readonly retryMs?: number | undefined;
  readonly log: Logger;
}

const RETRY_MIN_MS = 2_000;
const RETRY_MAX_MS = 300_000;
const TIMEOUT_MS = 20_000;

export class KeyRegistration {
  readonly #options: KeyRegistrationOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: KeyRegistrationOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { log, retryMs = RETRY_MIN_MS } = this.#options;
    const { signal } = this.#stop;
    for (let pauseMs = retryMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, RETRY_MAX_MS)) {
      try {
        const status = await this.#ask();
        if (status === REGISTRATION_STATUS.registered) {
          await this.#options.onRegistered();
          return;
        }
        log.error({ status, key: this.#options.signing.signer.key }, inWords(status));
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        log.warn({ err: error, pauseMs }, "the evidence key is not known to the server yet");
      }
      await delay(pauseMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
    }
  }

  async #ask(): Promise<number> {
    const { server, signing, previous } = this.#options;
    const registration: Registration = {
      ...{ format: REGISTRATION_FORMAT, box: server.box, at: new Date().toISOString() },
      signer: signing.signer,
    };
    const document = encodeCanonical(registration);
    const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
    const body: RegistrationBody = {
      document: base64(document),
      signature: base64(await signing.sign(document)),
      ...(previous === undefined ? {} : { previous_signature: base64(await previous.sign(document)) }),
    };
    return await post(server, KEYS_PATH, JSON.stringify(body), this.#stop.signal);
  }
}

function inWords(status: number): string {
  if (status === REGISTRATION_STATUS.another)
    return "the server knows another evidence key of this box: this one is to be signed by it, or that one revoked";
  if (status === REGISTRATION_STATUS.revoked)
    return "the server has revoked this box's evidence key: make a new one";
  if (status === REGISTRATION_STATUS.taken)
    return "the server knows this evidence key under another box's name: a copied data folder? make a new key for this box";
  return "the server does not take this box's evidence key";
}

async function post(
  address: EvidenceAddress,
  path: string,
  body: string,
  signal: AbortSignal,
): Promise<number> {
  const { url, box, passwordFile, caFile } = address;
  const password = readFileSync(passwordFile, "utf8").trim();
  const target = new URL(path, url);
  const ask = target.protocol === "https:" ? httpsRequest : httpRequest;
  return await new Promise((resolve, reject) => {
    const request = ask(target, {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`${box}:${password}`).toString("base64")}`,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
      },
      signal,
      timeout: TIMEOUT_MS,
      ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
    });
    request.once("timeout", () => request.destroy(new Error(`no answer for ${TIMEOUT_MS} ms`)));
    request.once("error", reject);
    request.once("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.end(body);
  });
}
