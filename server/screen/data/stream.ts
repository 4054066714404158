// The page's one connection to the server's event stream: opens, watches for silence, comes back.
import type { QueryClient } from "@tanstack/react-query";
import type { StreamMessages } from "../../api/schemas.ts";
import { appliers } from "./apply.ts";
import { readAgain } from "./read-again.ts";
import { setConnection } from "./connection.ts";

/** The server beats every 10 s; after this much silence the connection is given up and opened anew. */
const SILENCE_MS = 25_000;
/** After an answer that was no stream. */
const REFUSED_MS = 3_000;
const NAMES = Object.keys(appliers) as (keyof StreamMessages)[];

export class Stream {
  readonly #client: QueryClient;
  #watched: readonly string[] = [];
  #source: EventSource | undefined;
  /** Replaces `#source` as soon as it is open. */
  #next: EventSource | undefined;
  #silence: number | undefined;
  #lastEventId: string | undefined;

  constructor(client: QueryClient) {
    this.#client = client;
  }

  start(): void {
    this.#source = this.#connect();
    this.#expectMessage();
  }

  stop(): void {
    window.clearTimeout(this.#silence);
    this.#source?.close();
    this.#next?.close();
    this.#source = undefined;
    this.#next = undefined;
  }

  /** Cameras (`box/camera`) whose pictures the page shows now. */
  watch(cameras: readonly string[]): void {
    if (cameras.join() === this.#watched.join()) return;
    this.#watched = [...cameras];
    if (this.#source === undefined) return;
    // Both are open for a moment: nothing is missed, and what comes twice changes nothing.
    this.#next?.close();
    this.#next = this.#connect();
  }

  #connect(): EventSource {
    const query = new URLSearchParams(this.#watched.map((camera) => ["watch", camera]));
    if (this.#lastEventId !== undefined) query.set("last_event_id", this.#lastEventId);
    const source = new EventSource(`/api/v1/stream?${query.toString()}`);
    source.onopen = () => this.#opened(source);
    source.onerror = () => this.#failed(source);
    for (const name of NAMES) {
      source.addEventListener(name, (message: MessageEvent<string>) => this.#take(name, message));
    }
    return source;
  }

  #opened(source: EventSource): void {
    const seamless = source === this.#next && this.#source?.readyState === EventSource.OPEN;
    if (source === this.#next) {
      this.#source?.close();
      this.#source = source;
      this.#next = undefined;
    }
    // What was committed after the lists were read, or after the stream was lost, and before now was told to nobody here.
    if (!seamless) void readAgain(this.#client);
    setConnection({ state: "live", lastMessageMs: Date.now() });
  }

  #failed(source: EventSource): void {
    if (source !== this.#source) return;
    setConnection({ state: "lost" });
    // A browser comes back by itself unless the answer was no stream at all; the silence timer covers that.
    if (source.readyState === EventSource.CLOSED) this.#expectMessage(REFUSED_MS);
  }

  #take(name: keyof StreamMessages, message: MessageEvent<string>): void {
    if (message.lastEventId !== "") this.#lastEventId = message.lastEventId;
    // The server of this page wrote it, by the schema of its name.
    const apply = appliers[name] as (data: unknown, client: QueryClient) => void;
    apply(JSON.parse(message.data), this.#client);
    setConnection({ state: "live", lastMessageMs: Date.now() });
    this.#expectMessage();
  }

  #expectMessage(withinMs = SILENCE_MS): void {
    window.clearTimeout(this.#silence);
    this.#silence = window.setTimeout(() => {
      setConnection({ state: "lost" });
      this.stop();
      this.start();
    }, withinMs);
  }
}
