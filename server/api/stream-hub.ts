// Fan-out of the feed to connected screens: each message is written out once, however many read it.
import type { FeedMessage } from "../alert/feed.ts";
import type { StreamMessages } from "./schemas.ts";
import { StreamClient } from "./stream-client.ts";
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

export class StreamHub {
  readonly #watch: (box: string, camera: string) => void;
  readonly #clients = new Set<StreamClient>();
  #timers: NodeJS.Timeout[] = [];
  #dropped = 0;

  constructor(watch: (box: string, camera: string) => void) {
    this.#watch = watch;
  }

  start(): void {
    this.#timers = [
      setInterval(() => this.#toAll(writeBeat()), BEAT_MS),
      setInterval(() => this.#renewWatches(), WATCH_RENEWAL_MS),
    ];
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const client of this.#clients) client.end();
    this.#clients.clear();
  }

  /** Screens connected now, and connections closed since the start because they read too slowly. */
  get figures(): { clients: number; dropped: number } {
    return { clients: this.#clients.size, dropped: this.#dropped };
  }

  /** Undefined when as many screens as allowed are connected. */
  connect(watched: ReadonlySet<string>): StreamClient | undefined {
    if (this.#clients.size >= MAX_CLIENTS) return undefined;
    const client = new StreamClient(watched, () => this.#clients.delete(client));
    this.#clients.add(client);
    this.#renew(watched);
    return client;
  }

  take(message: FeedMessage): void {
    if (this.#clients.size === 0) return;
    if (message.kind === "live") this.#live(message);
    else this.#toAll(writeStored(message));
  }

  #live({ box, live }: Extract<FeedMessage, { kind: "live" }>): void {
    const { preview, ...figures } = live;
    const key = `${box}/${live.camera}`;
    const plain = writeMessage("live", { box, ...figures });
    const pictured = preview === undefined ? plain : writeMessage("live", { box, ...live });
    for (const client of this.#clients) {
      this.#count(client.sendLive(client.watched.has(key) ? pictured : plain));
    }
  }

  #toAll(text: string): void {
    for (const client of this.#clients) this.#count(client.send(text));
  }

  #count(kept: boolean): void {
    if (!kept) this.#dropped += 1;
  }

  #renewWatches(): void {
    this.#renew(new Set([...this.#clients].flatMap((client) => [...client.watched])));
  }

  #renew(watched: ReadonlySet<string>): void {
    for (const key of watched) {
      const [box, camera] = key.split("/", 2);
      if (box !== undefined && camera !== undefined) this.#watch(box, camera);
    }
  }
}
