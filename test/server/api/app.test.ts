// The HTTP interface over a real PostgreSQL.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CasePage, EventPage, Problem } from "../../../server/api/schemas.ts";
import { exampleEvent, exampleStatus, BOX, store } from "../example.ts";
import { startApi, type TestApi } from "./start-api.ts";

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xd9]).toString("base64");
const ready: Record<string, () => Promise<boolean>> = { database: () => Promise.resolve(true) };
let api: TestApi;
beforeAll(async () => {
  api = await startApi({ ready });
});
afterAll(() => api.close());

function get(url: string, headers: Record<string, string> = {}) {
  return api.inject({ url, headers: { host: "localhost", ...headers } });
}

async function decide(id: string, body: object, headers: Record<string, string> = {}) {
  return api.inject({
    method: "POST",
    url: `/api/v1/cases/${id}/decision`,
    headers: { host: "localhost:8080", ...headers },
    payload: body,
  });
}

function wrongWay(time?: string) {
  return exampleEvent(
    "vn.ngatu.traffic.case.v1",
    "nga-tu",
    { rule: "wrong-way", lane: "north-1", still: JPEG },
    { time },
  );
}

describe("events", () => {
  test("pages of events hold every event once, newest first, also where several share a millisecond", async () => {
    const times = ["2026-01-02T03:04:05.123456Z", "2026-01-02T03:04:05.123Z", "2026-01-02T03:04:05.1236Z"];
    const stored = Array.from({ length: 9 }, (_, i) =>
      exampleEvent(
        "vn.ngatu.count.v1",
        "paged",
        { rule: "line-count", line: "gate" },
        {
          time: times[i % 3],
        },
      ),
    );
    await store(api.db, stored);
    const seen: string[] = [];
    let before = "";
    do {
      const body = (await get(`/api/v1/events?camera=paged&limit=2${before}`)).json<EventPage>();
      seen.push(...body.items.map((event) => event.id));
      before = body.next === undefined ? "" : `&before=${body.next}`;
    } while (before !== "");
    expect(new Set(seen)).toEqual(new Set(stored.map((event) => event.id)));
    expect(seen).toHaveLength(9);
  });

  test("filters by type, box, camera and time are all applied", async () => {
    const event = exampleEvent(
      "vn.ngatu.health.v1",
      "filtered",
      { component: "camera", state: "lost" },
      { time: "2026-03-01T00:00:00Z" },
    );
    await store(api.db, [event]);
    const query = `type=vn.ngatu.health.v1&box=${BOX}&camera=filtered&from=2026-03-01T00:00:00Z&to=2026-03-01T00:00:01Z`;
    expect((await get(`/api/v1/events?${query}`)).json<EventPage>().items.map(({ id }) => id)).toEqual([
      event.id,
    ]);
    expect((await get(`/api/v1/events?${query.replace(BOX, "other")}`)).json<EventPage>().items).toEqual([]);
    expect(
      (await get("/api/v1/events?camera=filtered&to=2026-03-01T00:00:00Z")).json<EventPage>().items,
    ).toEqual([]);
  });

  test("an event of an unknown type is served as it came", async () => {
    const event = exampleEvent("vn.ngatu.future.v9", "nga-tu", { anything: { nested: [1, null] } });
    await store(api.db, [event]);
    const response = await get(`/api/v1/events/${event.id}`);
    const status = response.statusCode;
    const body = response.json<{ data: unknown }>();
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ anything: { nested: [1, null] } });
  });
});

describe("cases", () => {
  test("a confirmed case is queued for the operations centre, and a second decision is refused", async () => {
    const event = wrongWay();
    await store(api.db, [event]);
    const confirmed = await decide(event.id, { decision: "confirm" });
    expect(confirmed.statusCode).toBe(200);
    expect(confirmed.json()).toMatchObject({ state: "confirmed", decided_by: "everybody" });
    const again = await decide(event.id, { decision: "reject", reason: "late" });
    expect(again.statusCode).toBe(409);
    const body = (await get("/api/v1/forwards")).json<{ items: { event_id: string; state: string }[] }>();
    expect(body.items).toContainEqual(expect.objectContaining({ event_id: event.id, state: "waiting" }));
  });

  test("a rejection needs a reason that says something, and keeps it", async () => {
    const event = wrongWay();
    await store(api.db, [event]);
    for (const body of [{ decision: "reject" }, { decision: "reject", reason: "   " }]) {
      const refused = await decide(event.id, body, { "accept-language": "en" });
      expect(refused.statusCode).toBe(400);
      expect(refused.headers["content-type"]).toContain("application/problem+json");
      expect(refused.json<Problem>().errors?.[0]?.field).toBe("reason");
    }
    const rejected = await decide(event.id, { decision: "reject", reason: " not a violation " });
    expect(rejected.json()).toMatchObject({ state: "rejected", reason: "not a violation" });
  });

  test("a list says that there is a still, and the still has its own address", async () => {
    const event = wrongWay();
    await store(api.db, [event]);
    const body = (await get("/api/v1/cases?state=new&kind=traffic")).json<CasePage>();
    const row = body.items.find(({ id }) => id === event.id);
    expect(row).toMatchObject({ still: true });
    expect(row?.data).not.toHaveProperty("still");
    const still = await api.inject({
      url: `/api/v1/cases/${event.id}/still`,
      headers: { host: "localhost" },
    });
    expect(still.headers["content-type"]).toBe("image/jpeg");
    expect(still.rawPayload).toEqual(Buffer.from(JPEG, "base64"));
  });

  test("a case that does not exist is not found", async () => {
    const id = "01900000-0000-7000-8000-000000000000";
    expect((await get(`/api/v1/cases/${id}`)).statusCode).toBe(404);
    expect((await decide(id, { decision: "confirm" })).statusCode).toBe(404);
  });
});

describe("cameras, boxes, alerts and figures", () => {
  test("cameras come from the boxes' status, with the newest live figures and without pictures", async () => {
    await api.repositories.boxes.save(BOX, exampleStatus);
    api.feed.emit({
      kind: "live",
      box: BOX,
      live: {
        ...{
          camera: "quang-truong",
          at: "2026-01-01T00:00:00Z",
          picture: { width: 768, height: 576 },
          fps: 5,
        },
        ...{ dropped: 0, boxes: [], counts: [], zones: [{ zone: "plaza", persons: 7, capacity: 10 }] },
        preview: JPEG,
      },
    });
    const body = (await get("/api/v1/cameras")).json<{
      items: { camera: string; place: string; live?: object }[];
    }>();
    const plaza = body.items.find(({ camera }) => camera === "quang-truong");
    expect(plaza).toMatchObject({ place: "Quảng trường trung tâm", live: { zones: [{ persons: 7 }] } });
    expect(plaza?.live).not.toHaveProperty("preview");
    expect((await get("/api/v1/boxes")).json<{ items: object[] }>().items).toMatchObject([
      { box: BOX, online: true, cameras: 3 },
    ]);
  });

  test("open and closed alerts can be told apart", async () => {
    const alert = (zone: string, state: string) =>
      exampleEvent(
        "vn.ngatu.crowd.alert.v1",
        "quang-truong",
        { rule: "crowd-over", zone, state, persons: 12 },
        { subject: zone },
      );
    await store(api.db, [alert("plaza", "opened"), alert("gate", "opened"), alert("gate", "closed")]);
    const open = (await get("/api/v1/alerts?open=true")).json<{ items: { state: string }[] }>();
    expect(open.items.map(({ state }) => state)).toEqual(["opened"]);
    const closed = (await get("/api/v1/alerts?open=false")).json<{ items: { state: string }[] }>();
    expect(closed.items.map(({ state }) => state)).toEqual(["closed"]);
  });

  test("the summary counts today's events by type and all cases by state", async () => {
    const body = (await get("/api/v1/counts/summary")).json<{
      events_by_type: Record<string, number>;
      cases_by_state: Record<string, number>;
    }>();
    expect(body.events_by_type["vn.ngatu.traffic.case.v1"]).toBe(3);
    expect(body.cases_by_state).toEqual({ confirmed: 1, rejected: 1, new: 1 });
  });
});

describe("refusals", () => {
  test("a request that does not fit names each field, in the reader's language", async () => {
    const url = "/api/v1/events?limit=500&unknown=1";
    const vietnamese = (await get(url)).json<Problem>();
    expect(vietnamese).toMatchObject({ status: 400, title: "Yêu cầu không hợp lệ" });
    const english = (await get(url, { "accept-language": "en-GB,en;q=0.9,vi;q=0.1" })).json<Problem>();
    expect(english.errors).toEqual(
      expect.arrayContaining([
        { field: "limit", detail: "must be 200 or less" },
        { field: "unknown", detail: "is not known here" },
      ]),
    );
  });

  test("a page mark that this server never gave is refused", async () => {
    const response = await get("/api/v1/cases?before=abc");
    const status = response.statusCode;
    const body = response.json<Problem>();
    expect([status, body.errors?.[0]?.field]).toEqual([400, "before"]);
  });

  test("a host that is none of this server's names is refused, whatever it resolves to", async () => {
    for (const host of [
      "evil.example",
      "evil.example:8080",
      "127.0.0.1.evil.example",
      "10.0.0.1",
      "localhost@evil",
    ]) {
      expect((await get("/api/v1/events", { host })).statusCode, host).toBe(421);
    }
    for (const host of ["localhost", "127.0.0.1:8080", "[::1]:8080"]) {
      expect((await get("/api/v1/events", { host })).statusCode, host).toBe(200);
    }
  });

  test("a decision sent by another site's page is refused; one of our own page or a program is not", async () => {
    const event = wrongWay();
    await store(api.db, [event]);
    const foreign = [
      { origin: "http://evil.example" },
      { origin: "http://localhost:9999" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ];
    for (const headers of foreign) {
      expect((await decide(event.id, { decision: "confirm" }, headers)).statusCode).toBe(403);
    }
    const form = await api.inject({
      method: "POST",
      url: `/api/v1/cases/${event.id}/decision`,
      headers: { host: "localhost:8080", "content-type": "text/plain" },
      payload: '{"decision":"confirm"}',
    });
    expect(form.statusCode).toBe(415);
    const own = { origin: "http://localhost:8080", "sec-fetch-site": "same-origin" };
    expect((await decide(event.id, { decision: "confirm" }, own)).statusCode).toBe(200);
  });

  test("every answer forbids inline scripts, framing and guessing of types", async () => {
    for (const url of ["/", "/api/v1/events", "/api/openapi.json", "/healthz"]) {
      const { headers } = await api.inject({ url, headers: { host: "localhost" } });
      expect(headers["content-security-policy"]).toContain(
        "default-src 'none'; script-src 'self'; style-src 'self'",
      );
      expect(headers["content-security-policy"]).not.toContain("unsafe");
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["referrer-policy"]).toBe("no-referrer");
    }
  });
});

describe("description and health", () => {
  test("the interface is described as OpenAPI 3.1, every route and refusal in it", async () => {
    const body = (await get("/api/openapi.json")).json<{ openapi: string; paths: Record<string, unknown> }>();
    expect(body.openapi).toBe("3.1.0");
    expect(Object.keys(body.paths).sort()).toEqual([
      "/api/v1/alerts",
      "/api/v1/alerts/{id}",
      "/api/v1/alerts/{id}/acknowledge",
      "/api/v1/alerts/{id}/resolve",
      "/api/v1/audit",
      "/api/v1/audit/verification",
      "/api/v1/boxes",
      "/api/v1/boxes/{box}/gaps",
      "/api/v1/cameras",
      "/api/v1/cases",
      "/api/v1/cases/{id}",
      "/api/v1/cases/{id}/close",
      "/api/v1/cases/{id}/corrections",
      "/api/v1/cases/{id}/decision",
      "/api/v1/cases/{id}/evidence/{name}",
      "/api/v1/cases/{id}/history",
      "/api/v1/cases/{id}/package",
      "/api/v1/cases/{id}/review",
      "/api/v1/cases/{id}/still",
      "/api/v1/counts/summary",
      "/api/v1/events",
      "/api/v1/events/{id}",
      "/api/v1/evidence/keys",
      "/api/v1/forecasts",
      "/api/v1/forwards",
      "/api/v1/forwards/{id}/replay",
      "/api/v1/people",
      "/api/v1/people/{id}",
      "/api/v1/people/{id}/one-time-password",
      "/api/v1/people/{id}/roles",
      "/api/v1/people/{id}/second-factor",
      "/api/v1/people/{id}/sessions",
      "/api/v1/roles",
      "/api/v1/session",
      "/api/v1/session/password",
      "/api/v1/session/second-factor",
      "/api/v1/session/ticket",
      "/api/v1/sessions",
      "/api/v1/stream",
      "/api/v1/tokens",
      "/api/v1/tokens/{id}",
      "/api/v1/watchlist",
      "/api/v1/watchlist/{id}",
      "/api/v1/watchlist/{id}/approve",
      "/api/v1/watchlist/{id}/refuse",
      "/api/v1/watchlist/{id}/revoke",
    ]);
  });

  test("it is alive while what it needs is away, but not ready", async () => {
    expect((await get("/readyz")).statusCode).toBe(200);
    ready["broker"] = () => Promise.reject(new Error("away"));
    ready["disk"] = () => new Promise(() => undefined);
    expect((await get("/healthz")).statusCode).toBe(200);
    const answer = await get("/readyz");
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ parts: { database: true, broker: false, disk: false } });
  });
});
