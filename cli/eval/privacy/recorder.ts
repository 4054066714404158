// Takes down everything that leaves a running system: MQTT messages, answers of the interface, its stream, deliveries.
import { readFileSync } from "node:fs";
import { connectAsync, type MqttClient } from "mqtt";
import type { Live } from "../../../contract/messages.ts";
import { parseTopic } from "../../../contract/topics.ts";
import type { BrokerAccess } from "../../../server/broker.ts";
import type { SessionHeaders } from "../../demo/session.ts";

export interface Payload {
  /** Where it was seen. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const REQUEST_TIMEOUT_MS = 20_000;
const PAGE = 200;
/** The lists whose items are opened one by one. */
const OPENED = ["cases", "events"];
const LISTS = [...OPENED, "alerts", "forwards", "boxes"];
const OTHERS = ["/api/v1/counts/summary", "/api/v1/cameras", "/api/openapi.json"];

export class Recorder {
  readonly payloads: Payload[] = [];
  /** As whom the interface is asked. */
  session: SessionHeaders | undefined;
  /** Pictures of each camera that somebody watched. */
  readonly pictures = new Map<string, number>();
  /** Faces that the box's live messages speak of. */
  faces = 0;
  #client: MqttClient | undefined;
  readonly #streaming = new AbortController();
  #stream: Promise<void> | undefined;

  take(name: string, bytes: Uint8Array): void {
    this.payloads.push({ name, bytes });
  }

  /** Hears every topic, as the server may. */
  async listen(access: BrokerAccess): Promise<void> {
    const client = await connectAsync(access.url, {
      username: access.username,
      password: readFileSync(access.passwordFile, "utf8"),
      protocolVersion: 5,
      clientId: `privacy-${process.pid}`,
      connectTimeout: REQUEST_TIMEOUT_MS,
    });
    this.#client = client;
    client.on("message", (topic, payload) => {
      this.take(`mqtt ${topic}`, payload);
      if (parseTopic(topic)?.kind === "live") this.#count(JSON.parse(payload.toString()) as Live);
    });
    await client.subscribeAsync("ngatu/#", { qos: 1 });
  }

  #count({ camera, boxes, preview }: Live): void {
    this.faces += boxes.filter((box) => box.class === "face").length;
    if (preview !== undefined) this.pictures.set(camera, (this.pictures.get(camera) ?? 0) + 1);
  }

  /** Watches the cameras (`box/camera`) as a screen does, so that previews are made. */
  watch(serverUrl: string, cameras: readonly string[]): void {
    const url = new URL("/api/v1/stream", serverUrl);
    for (const camera of cameras) url.searchParams.append("watch", camera);
    this.#stream = this.#follow(url);
  }

  async #follow(url: URL): Promise<void> {
    const { signal } = this.#streaming;
    try {
      const response = await fetch(url, { headers: { ...this.session }, signal });
      if (response.body === null)
        throw new Error(`${url.pathname} answered ${response.status} without a body`);
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) this.take("http stream", chunk);
    } catch (cause) {
      if (!signal.aborted) throw cause;
    }
  }

  /** Every list to its end, every case and event by itself, and what the interface says of itself. */
  async crawl(serverUrl: string): Promise<void> {
    for (const path of OTHERS) await this.#get(serverUrl, path);
    for (const list of LISTS) {
      let before: string | undefined;
      do {
        const mark = before === undefined ? "" : `&before=${encodeURIComponent(before)}`;
        const paged = list === "boxes" ? "" : `?limit=${PAGE}${mark}`;
        const page = await this.#get(serverUrl, `/api/v1/${list}${paged}`);
        for (const { id } of OPENED.includes(list) ? (page.items ?? []) : []) {
          await this.#get(serverUrl, `/api/v1/${list}/${id}`);
          if (list === "cases") await this.#fetch(serverUrl, `/api/v1/cases/${id}/still`, [404]);
        }
        before = page.next;
      } while (before !== undefined);
    }
  }

  async #get(base: string, path: string): Promise<{ items?: { id: string }[]; next?: string }> {
    return JSON.parse((await this.#fetch(base, path)).toString()) as {
      items?: { id: string }[];
      next?: string;
    };
  }

  /** Throws for an answer that is no success, but for the `allowed` ones. */
  async #fetch(base: string, path: string, allowed: readonly number[] = []): Promise<Buffer> {
    const response = await fetch(new URL(path, base), {
      headers: { ...this.session },
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    this.take(`http ${path}`, bytes);
    if (!response.ok && !allowed.includes(response.status))
      throw new Error(`${path} answered ${response.status}`);
    return bytes;
  }

  async stop(): Promise<void> {
    this.#streaming.abort();
    await this.#stream;
    await this.#client?.endAsync();
  }
}
