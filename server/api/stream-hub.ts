// Fan-out of the feed to connected screens: each message is written out once, however many read it.
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { FeedMessage } from "../alert/feed.ts";
import { includesSite } from "../store/scope.ts";
import type { StreamMessages } from "./schemas.ts";
import { StreamClient } from "./stream-client.ts";
import { maySee, type StreamView } from "./stream-view.ts";
import { alertToWire, boxToWire, caseToWire, eventToWire, forwardToWire } from "./wire.ts";

/** A message rather than a comment: a browser tells a page nothing of comments, and silence must be noticed. */
const BEAT_MS = 10_000;
/** Shorter than a preview lease, so that pictures go on while somebody looks. */
const WATCH_RENEWAL_MS = 5_000;
export const MAX_CLIENTS = 500;

/** One server-sent event. Only events of the store carry an id: they are what a client can resume after. */
export function writeMessage<K extends keyof StreamMessages>(
  name: K,
  data: StreamMessages[K],
  id?: string,
): string {
  return `${id === undefined ? "" : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

export function writeBeat(): string {
  return writeMessage("beat", { at: new Date().toISOString() });
}

function writeStored(message: Exclude<FeedMessage, { kind: "live" }>): string {
  switch (message.kind) {
    case "missed":
      return writeMessage("reset", {});
    case "event":
      return writeMessage("event", eventToWire(message.event), message.event.id);
    case "case":
      return writeMessage("case", caseToWire(message.case));
    case "alert":
      return writeMessage("alert", alertToWire(message.alert));
    case "box":
      return writeMessage("box", boxToWire(message.box));
    case "forward":
      return writeMessage("forward", forwardToWire(message.forward));
  }
}

export interface StreamHubOptions {
  /** Asks a box for previews of a camera. */
  watch(box: string, camera: string): void;
  /** Site of a box; undefined while it has not told it. */
  siteOf(box: string): string | undefined;
  readonly log: Logger;
  /** How often each screen's right to be told is asked again. */
  readonly recheckMs?: number | undefined;
}

export class StreamHub {
  readonly #options: StreamHubOptions;
  /** With each screen, whether it may still be told. */
  readonly #clients = new Map<StreamClient, () => Promise<boolean>>();
  readonly #stop = new AbortController();
  #timers: NodeJS.Timeout[] = [];
  #rechecking: Promise<void> | undefined;
  #dropped = 0;

  constructor(options: StreamHubOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timers = [
      setInterval(() => this.#toAll(writeBeat()), BEAT_MS),
      setInterval(() => this.#renewWatches(), WATCH_RENEWAL_MS),
    ];
    this.#rechecking = this.#recheck();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    for (const timer of this.#timers) clearInterval(timer);
    for (const client of this.#clients.keys()) client.end();
    this.#clients.clear();
    await this.#rechecking;
  }

  /** Closes the streams of sessions that have ended and of rights that were taken. */
  async #recheck(): Promise<void> {
    const { log, recheckMs = BEAT_MS } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await delay(recheckMs, undefined, { signal, ref: false }).catch(() => undefined);
      for (const [client, stillAllowed] of [...this.#clients]) {
        // With the database away nobody can say so: the stream goes on until somebody can.
        const allowed = await stillAllowed().catch((error: unknown) => {
          log.warn({ err: error }, "a stream's right could not be looked up");
          return true;
        });
        if (!allowed) client.end();
      }
    }
  }

  /** Screens connected now, and connections closed since the start because they read too slowly. */
  get figures(): { clients: number; dropped: number } {
    return { clients: this.#clients.size, dropped: this.#dropped };
  }

  /** Undefined when as many screens as allowed are connected. */
  connect(
    wanted: ReadonlySet<string>,
    view: StreamView,
    stillAllowed: () => Promise<boolean>,
  ): StreamClient | undefined {
    if (this.#clients.size >= MAX_CLIENTS) return undefined;
    const watched = new Set(
      [...wanted].filter((key) => includesSite(view.pictures, this.#siteOfCamera(key))),
    );
    const client = new StreamClient(watched, view, () => this.#clients.delete(client));
    this.#clients.set(client, stillAllowed);
    this.#renew(watched);
    return client;
  }

  take(message: FeedMessage): void {
    if (this.#clients.size === 0) return;
    if (message.kind === "live") {
      this.#live(message);
      return;
    }
    let text: string | undefined;
    for (const client of this.#clients.keys())
      if (maySee(client.view, message)) this.#count(client.send((text ??= writeStored(message))));
  }

  #siteOfCamera(key: string): string | undefined {
    return this.#options.siteOf(key.split("/", 1)[0] ?? "");
  }

  #live({ box, live }: Extract<FeedMessage, { kind: "live" }>): void {
    const { preview, ...figures } = live;
    const key = `${box}/${live.camera}`;
    const plain = writeMessage("live", { box, ...figures });
    const pictured = preview === undefined ? plain : writeMessage("live", { box, ...live });
    const site = this.#options.siteOf(box);
    for (const client of this.#clients.keys()) {
      if (!includesSite(client.view.cameras, site)) continue;
      this.#count(client.sendLive(client.watched.has(key) ? pictured : plain));
    }
  }

  #toAll(text: string): void {
    for (const client of this.#clients.keys()) this.#count(client.send(text));
  }

  #count(kept: boolean): void {
    if (!kept) this.#dropped += 1;
  }

  #renewWatches(): void {
    this.#renew(new Set([...this.#clients.keys()].flatMap((client) => [...client.watched])));
  }

  #renew(watched: ReadonlySet<string>): void {
    for (const key of watched) {
      const [box, camera] = key.split("/", 2);
      if (box !== undefined && camera !== undefined) this.#options.watch(box, camera);
    }
  }
}
