// The event stream over a real connection.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Live } from "../../../contract/messages.ts";
import { Access } from "../../../server/people/access.ts";
import { streamView } from "../../../server/api/stream-view.ts";
import { StreamClient } from "../../../server/api/stream-client.ts";
import { BOX, exampleEvent, store } from "../example.ts";
import { startApi, type TestApi } from "./start-api.ts";

interface Message {
  readonly id: string | undefined;
  readonly name: string;
  readonly data: Record<string, unknown>;
}

let api: TestApi;
let address: string;
beforeAll(async () => {
  api = await startApi();
  address = await api.app.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(() => api.close());

/** Reads a stream until `enough` says so of what came; then the connection is closed. */
async function read(
  query: string,
  enough: (messages: readonly Message[]) => boolean,
  {
    headers = {},
    whenOpen,
  }: { headers?: Record<string, string>; whenOpen?: () => Promise<void> | void } = {},
): Promise<Message[]> {
  const end = new AbortController();
  const response = await fetch(`${address}/api/v1/stream${query}`, {
    headers: { ...api.everybody.headers, ...headers },
    signal: end.signal,
  });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  if (response.body === null) throw new Error("the stream has no body");
  await whenOpen?.();
  const messages: Message[] = [];
  let rest = "";
  try {
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      const parts = `${rest}${text}`.split("\n\n");
      rest = parts.pop() ?? "";
      for (const part of parts) messages.push(...parse(part));
      if (enough(messages)) return messages;
    }
  } finally {
    end.abort();
  }
  throw new Error("the stream ended early");
}

function parse(part: string): Message[] {
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, "m").exec(part)?.[1];
  const name = field("event");
  return name === undefined
    ? []
    : [{ id: field("id"), name, data: JSON.parse(field("data") ?? "{}") as Message["data"] }];
}

function count(): ReturnType<typeof exampleEvent> {
  return exampleEvent("vn.ngatu.count.v1", "nga-tu", { rule: "line-count", line: "gate" });
}

function live(camera: string, preview?: string): Live {
  return {
    ...{ camera, at: new Date().toISOString(), picture: { width: 640, height: 360 }, fps: 5, dropped: 0 },
    ...{ boxes: [], zones: [], counts: [] },
    ...(preview === undefined ? {} : { preview }),
  };
}

const named = (name: string, messages: readonly Message[]): Message[] =>
  messages.filter((m) => m.name === name);

describe("the stream", () => {
  test("a committed event and the case it made arrive, the event with its id", async () => {
    const event = exampleEvent("vn.ngatu.traffic.case.v1", "nga-tu", { rule: "wrong-way", lane: "north-1" });
    const messages = await read("", (all) => named("case", all).length > 0, {
      whenOpen: () => store(api.db, [event], api.feed),
    });
    expect(named("event", messages)[0]).toMatchObject({
      id: event.id,
      data: { id: event.id, type: event.type },
    });
    expect(named("case", messages)[0]).toMatchObject({ id: undefined, data: { id: event.id, state: "new" } });
  });

  test("a screen that comes back is told what it missed, in the order of storing", async () => {
    const events = [count(), count(), count()];
    for (const event of events) await store(api.db, [event]);
    const [first, ...missed] = events.map(({ id }) => id);
    const viaHeader = await read("", (all) => named("event", all).length === 2, {
      headers: { "last-event-id": first ?? "" },
    });
    expect(named("event", viaHeader).map(({ id }) => id)).toEqual(missed);
    const viaQuery = await read(`?last_event_id=${first ?? ""}`, (all) => named("event", all).length === 2);
    expect(named("event", viaQuery).map(({ id }) => id)).toEqual(missed);
  });

  test("a screen that missed more than is replayed, or whose last event is gone, reads the lists again", async () => {
    const first = count();
    await store(api.db, [first]);
    await store(api.db, Array.from({ length: 401 }, count));
    for (const id of [first.id, "01900000-0000-7000-8000-000000000000", "garbage"]) {
      const messages = await read("", (all) => named("reset", all).length > 0, {
        headers: { "last-event-id": id },
      });
      expect(named("event", messages)).toEqual([]);
    }
  });

  test("a preview goes only to a screen that watches its camera, and the box is asked for it", async () => {
    const picture = "/9j/2Q==";
    const emit = (): void => {
      api.feed.emit({ kind: "live", box: BOX, live: live("nga-tu", picture) });
      api.feed.emit({ kind: "live", box: BOX, live: live("cong-vao", picture) });
    };
    const watching = await read(`?watch=${BOX}/nga-tu`, (all) => named("live", all).length === 2, {
      whenOpen: emit,
    });
    expect(named("live", watching).map(({ data }) => [data["camera"], data["preview"]])).toEqual([
      ["nga-tu", picture],
      ["cong-vao", undefined],
    ]);
    expect(api.watched).toContain(`${BOX}/nga-tu`);
    expect(api.watched).not.toContain(`${BOX}/cong-vao`);
  });

  test("the stream says at once that it lives, and what time it is", async () => {
    const [beat] = await read("", (all) => named("beat", all).length > 0);
    expect(Date.parse(String(beat?.data["at"]))).not.toBeNaN();
  });

  test("a screen that goes away is forgotten", async () => {
    await read("", (all) => all.length > 0);
    await expect
      .poll(async () => {
        const answer = await api.inject({
          url: "/api/v1/counts/summary",
          headers: { host: "localhost" },
        });
        return answer.json<{ stream: { clients: number } }>().stream.clients;
      })
      .toBe(0);
  });
});

describe("a slow reader", () => {
  test("does without live samples first, and is closed when its buffer is full; nobody waits for it", () => {
    let closed = 0;
    const client = new StreamClient(new Set(), streamView(Access.of([])), () => (closed += 1));
    const chunk = "x".repeat(100_000);
    for (let i = 0; i < 10; i += 1) expect(client.sendLive(chunk)).toBe(true);
    expect(client.body.readableLength).toBeLessThan(400_000);
    const sent = Array.from({ length: 40 }, () => client.send(chunk));
    expect(sent).toContain(false);
    expect(client.body.readableLength).toBeLessThan(2_300_000);
    expect(client.body.destroyed).toBe(true);
    return expect.poll(() => closed).toBe(1);
  });
});
