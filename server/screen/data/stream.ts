// The page's one connection to the server's event stream: opens, watches for silence, comes back.
import type { QueryClient } from "@tanstack/react-query";
import type { StreamMessages } from "../../api/schemas.ts";
import { appliers } from "./apply.ts";
import { setConnection } from "./connection.ts";

/** The server beats every 10 s; after this much silence the connection is given up and opened anew. */
const SILENCE_MS = 25_000;
const NAMES = Object.keys(appliers) as (keyof StreamMessages)[];

export class Stream {
  readonly #client: QueryClient;
  #watched: readonly string[] = [];
  #source: EventSource | undefined;
  #silence: number | undefined;
  #lastEventId: string | undefined;
  #lost = false;

  constructor(client: QueryClient) {
    this.#client = client;
  }

  start(): void {
    this.#open();
  }

  stop(): void {
    window.clearTimeout(this.#silence);
    this.#source?.close();
    this.#source = undefined;
  }

  /** Cameras (`box/camera`) whose pictures the page shows now. */
  watch(cameras: readonly string[]): void {
    if (cameras.join() === this.#watched.join()) return;
    this.#watched = [...cameras];
    if (this.#source !== undefined) this.#open();
  }

  #open(): void {
    this.stop();
    const query = new URLSearchParams(this.#watched.map((camera) => ["watch", camera]));
    if (this.#lastEventId !== undefined) query.set("last_event_id", this.#lastEventId);
    const source = new EventSource(`/api/v1/stream?${query.toString()}`);
    this.#source = source;
    source.onopen = () => this.#opened();
    source.onerror = () => this.#failed(source);
    for (const name of NAMES) {
      source.addEventListener(name, (message: MessageEvent<string>) => this.#take(name, message));
    }
    this.#expectMessage();
  }

  #opened(): void {
    // What was missed meanwhile beyond events (states of cases, alerts, boxes) is read again.
    if (this.#lost) void this.#client.invalidateQueries();
    this.#lost = false;
    setConnection({ state: "live", lastMessageMs: Date.now() });
  }

  #failed(source: EventSource): void {
    this.#lost = true;
    setConnection({ state: "lost" });
    // A browser comes back by itself unless the answer was no stream at all; the silence timer covers that.
    if (source.readyState === EventSource.CLOSED) this.#expectMessage(3_000);
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
      this.#lost = true;
      setConnection({ state: "lost" });
      this.#open();
    }, withinMs);
  }
}
