// Takes evidence files from boxes: resumable uploads (tus 1.0) of what their events named, verified on arrival.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import {
  createServer as createHttp,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createHttps } from "node:https";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { FileStore } from "@tus/file-store";
import { Server as TusServer } from "@tus/server";
import type { Logger } from "pino";
import type { EvidenceConfig } from "../../config/server.ts";
import {
  EVIDENCE_PATH,
  MAX_EVIDENCE_BYTES,
  parseUploadId,
  UPLOAD_STATUS,
  uploadId,
} from "../../contract/evidence.ts";
import { KEYS_PATH } from "../../contract/evidence/registration.ts";
import { BoxPasswords, readBasic } from "./box-passwords.ts";
import { type Arrivals, NotNamedError } from "./arrivals.ts";
import { AnotherFileError, type Vault } from "./vault.ts";

export interface ReceiverOptions {
  readonly config: EvidenceConfig;
  readonly vault: Vault;
  readonly arrivals: Arrivals;
  /** Takes a box's evidence key. Gives the status to answer. */
  readonly registerKey: (box: string, body: Buffer) => Promise<number>;
  readonly log: Logger;
}

export interface ReceiverFigures {
  /** Files that arrived whole and verified, since the start. */
  readonly arrived: number;
  /** Requests without the credential of a box. */
  readonly strangers: number;
  /** Uploads that no event of their box names. */
  readonly notNamed: number;
  /** Uploads that turned out to be another file; deleted. */
  readonly anotherFile: number;
}

const METHODS = new Set(["POST", "HEAD", "PATCH"]);
/** A connection on which nothing moves for so long is closed: its box goes on with the next. */
const IDLE_MS = 30_000;
const MAX_REGISTRATION_BYTES = 16 * 1024;
const MAX_CONNECTIONS = 512;
const SWEEP_EVERY_MS = 3_600_000;
/** Refusals are told at most so often, with how many there were. */
const TELL_EVERY_MS = 10_000;

/** What the library turns into an answer. */
interface Refusal {
  readonly status_code: number;
  readonly body: string;
}

export class EvidenceReceiver {
  readonly #options: ReceiverOptions;
  readonly #passwords: BoxPasswords;
  readonly #stop = new AbortController();
  readonly #figures = { arrived: 0, strangers: 0, notNamed: 0, anotherFile: 0 };
  /** Uploads being verified: whoever asks meanwhile waits for the same end. */
  readonly #finishing = new Map<string, Promise<void>>();
  #server: Server | undefined;
  #sweeping: Promise<void> | undefined;
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.#passwords = new BoxPasswords(options.config.passwords_file);
  }

  get figures(): ReceiverFigures {
    return { ...this.#figures };
  }

  /** Where boxes upload to; known once started. */
  get url(): string {
    const address = this.#server?.address();
    if (typeof address !== "object" || address === null) throw new Error("the receiver is not started");
    const scheme = this.#options.config.cert_file === undefined ? "http" : "https";
    const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
    return `${scheme}://${host}:${address.port}`;
  }

  /** Rejects when the folder, the certificate or the port can't be had. */
  async start(): Promise<void> {
    const { config, vault } = this.#options;
    await vault.open();
    const tus = this.#tus();
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      this.#answer(tus, request, response).catch((error: unknown) => {
        this.#options.log.error({ err: error }, "a request of the evidence receiver failed");
        refuse(response, 503, "try again\n");
      });
    };
    const { cert_file: cert, key_file: key } = config;
    const server =
      cert === undefined || key === undefined
        ? createHttp(listener)
        : createHttps({ cert: readFileSync(cert), key: readFileSync(key) }, listener);
    server.timeout = IDLE_MS;
    server.maxConnections = MAX_CONNECTIONS;
    server.listen(config.listen.port, config.listen.host ?? "127.0.0.1");
    await once(server, "listening");
    this.#server = server;
    this.#sweeping = this.#sweep();
  }

  /** Uploads under way are broken off; their boxes go on with them later. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#sweeping;
    const server = this.#server;
    if (server === undefined) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
    await Promise.allSettled(this.#finishing.values());
  }

  async #answer(tus: TusServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!METHODS.has(request.method ?? "")) {
      refuse(response, 405, "uploads only\n");
      return;
    }
    const name = readBasic(request.headers.authorization);
    if (name === undefined || !(await this.#passwords.check(name))) {
      this.#figures.strangers += 1;
      this.#tell(
        { box: name?.box, from: request.socket.remoteAddress },
        "an upload without a box's password",
      );
      refuse(response, UPLOAD_STATUS.unknownBox, "a box's name and password, please\n");
      return;
    }
    if (request.url === KEYS_PATH) await this.#register(name.box, request, response);
    else await tus.handle(request, response);
  }

  async #register(box: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_REGISTRATION_BYTES) break;
      chunks.push(chunk);
    }
    const isPost = request.method === "POST" && bytes <= MAX_REGISTRATION_BYTES;
    const status = isPost ? await this.#options.registerKey(box, Buffer.concat(chunks)) : 400;
    response.writeHead(status, { connection: "close" }).end();
  }

  #tus(): TusServer {
    const { vault, log } = this.#options;
    return new TusServer({
      path: EVIDENCE_PATH,
      datastore: new FileStore({ directory: vault.incoming }),
      relativeLocation: true,
      allowedOrigins: [],
      maxSize: MAX_EVIDENCE_BYTES,
      namingFunction: (request, metadata) => {
        const id = uploadId(boxOf(request), metadata?.["sha256"] ?? "");
        if (parseUploadId(id) === undefined) throw refusal(400, "sha256: 64 hexadecimal digits");
        return id;
      },
      onIncomingRequest: (request, id) => this.#mayTouch(request, id),
      onUploadCreate: async (_request, upload) => {
        await this.#mayCreate(upload.id, upload.size);
        return {};
      },
      onUploadFinish: async (_request, upload) => {
        await this.#finish(upload.id);
        return {};
      },
      onResponseError: (_request, error) => {
        if ("status_code" in error) return error;
        log.error({ err: error }, "an upload failed");
        return refusal(503, "try again");
      },
    });
  }

  /** Only the box's own; an upload that was complete when the server was killed is brought to its end first. */
  async #mayTouch(request: Pick<Request, "headers" | "method">, id: string): Promise<void> {
    const upload = parseUploadId(id);
    if (upload === undefined || upload.box !== boxOf(request)) throw refusal(404, "no such upload");
    if (request.method === "HEAD" && (await this.#complete(id))) await this.#finish(id);
  }

  async #complete(id: string): Promise<boolean> {
    const named = await this.#options.arrivals.named(id);
    try {
      const { size } = await stat(join(this.#options.vault.incoming, id));
      return size === named?.bytes;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
      throw error;
    }
  }

  async #mayCreate(id: string, bytes: number | undefined): Promise<void> {
    try {
      if (await this.#options.arrivals.isHere(id, bytes))
        throw refusal(UPLOAD_STATUS.alreadyHere, "it is here already");
    } catch (error) {
      if (!(error instanceof NotNamedError)) throw error;
      this.#figures.notNamed += 1;
      this.#tell({ upload: id, bytes }, "an upload that no event names");
      throw refusal(UPLOAD_STATUS.notNamed, error.message);
    }
  }

  async #finish(id: string): Promise<void> {
    let finishing = this.#finishing.get(id);
    if (finishing === undefined) {
      finishing = this.#verify(id).finally(() => this.#finishing.delete(id));
      this.#finishing.set(id, finishing);
    }
    await finishing;
  }

  async #verify(id: string): Promise<void> {
    try {
      await this.#options.arrivals.take(id);
      this.#figures.arrived += 1;
    } catch (error) {
      if (!(error instanceof AnotherFileError)) throw error;
      this.#figures.anotherFile += 1;
      this.#options.log.warn(
        { upload: id, actual: error.sha256 },
        "an upload was another file, and was deleted",
      );
      throw refusal(UPLOAD_STATUS.anotherFile, error.message);
    }
  }

  /** Anybody can make us say this: seldom, with the counts. */
  #tell(about: object, message: string): void {
    const nowMs = performance.now();
    if (nowMs - this.#toldMs < TELL_EVERY_MS) return;
    this.#toldMs = nowMs;
    this.#options.log.warn({ ...about, figures: this.#figures }, message);
  }

  async #sweep(): Promise<void> {
    const { vault, log } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const swept = await vault.sweep(Date.now());
        if (swept > 0) log.info({ swept }, "uploads that nobody went on with were let go of");
      } catch (error) {
        log.warn({ err: error }, "abandoned uploads can't be swept yet");
      }
      await delay(SWEEP_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Checked before the library saw the request. */
function boxOf({ headers }: Pick<Request, "headers">): string {
  return readBasic(headers.get("authorization") ?? undefined)?.box ?? "";
}

function refusal(status: number, text: string): Refusal & Error {
  return Object.assign(new Error(text), { status_code: status, body: `${text}\n` });
}

/** What the caller still sends is not waited for. */
function refuse(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { connection: "close", "tus-resumable": "1.0.0" }).end(text);
}
