// Review, corrections and filters of cases, and what is done about alerts, over HTTP.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Alert, Case, CasePage, Problem } from "../../../server/api/schemas.ts";
import { exampleEvent, store } from "../example.ts";
import { everywhere, type Signed, signIn } from "../people.ts";
import { startApi, type TestApi } from "./start-api.ts";

let api: TestApi;
let officer: Signed;
let second: Signed;
let supervisor: Signed;

beforeAll(async () => {
  api = await startApi();
  officer = await signIn(api.repositories, everywhere("traffic-officer"), "nguyen.a");
  second = await signIn(api.repositories, everywhere("traffic-officer"), "tran.b");
  supervisor = await signIn(api.repositories, everywhere("traffic-supervisor"), "le.c");
});
afterAll(() => api.close());

function ask(who: Signed, method: "GET" | "POST" | "DELETE", path: string, payload?: object) {
  const headers = { host: "localhost", ...who.headers };
  return api.app.inject({
    method,
    url: `/api/v1${path}`,
    headers,
    ...(payload === undefined ? {} : { payload }),
  });
}

async function made(data: Record<string, unknown> = {}, time?: string): Promise<string> {
  const whole = { rule: "wrong-way", lane: "north-1", ...data };
  const event = exampleEvent("vn.ngatu.traffic.case.v1", "nga-tu", whole, { time });
  await store(api.db, [event]);
  return event.id;
}

test("a case that somebody reviews says who and is refused to others in their language; a supervisor frees it", async () => {
  const id = await made();
  const held = await ask(officer, "POST", `/cases/${id}/review`);
  expect(held.json<Case>()).toMatchObject({ state: "in-review", review: { by: "nguyen.a" } });
  const refused = await ask(second, "POST", `/cases/${id}/decision`, { decision: "confirm" });
  expect([refused.statusCode, refused.json<Problem>().title]).toEqual([
    409,
    "Cán bộ khác đang xem xét vụ việc này",
  ]);
  expect((await ask(second, "DELETE", `/cases/${id}/review`)).statusCode).toBe(409);
  const freed = await ask(supervisor, "DELETE", `/cases/${id}/review`);
  expect(freed.json<Case>()).toMatchObject({ state: "new" });
  expect(freed.json<Case>()).not.toHaveProperty("review");
  const decided = await ask(second, "POST", `/cases/${id}/decision`, { decision: "confirm" });
  expect(decided.json<Case>()).toMatchObject({ state: "confirmed", decided_by: "tran.b", confirmations: 1 });
  const history = await ask(second, "GET", `/cases/${id}/history`);
  expect(history.json<{ items: { what: string }[] }>().items.map(({ what }) => what)).toEqual([
    ...["claim", "release"],
    ...["claim", "confirm"],
  ]);
});

test("a correction must be a plate or a class of vehicle, and is shown beside the reading", async () => {
  const id = await made({ plate: { text: "61B112345", display: "61B1-123.45", confidence: 0.9 } });
  const correct = (body: object) => ask(officer, "POST", `/cases/${id}/corrections`, body);
  for (const body of [
    { field: "plate", value: "no plate!" },
    { field: "class", value: "spaceship" },
    { field: "place", value: "here" },
  ])
    expect((await correct(body)).statusCode).toBe(400);
  const corrected = await correct({ field: "plate", value: "61b1-123.46", reason: "số cuối là 6" });
  expect(corrected.json<Case>()).toMatchObject({
    corrected_plate: "61B112346",
    data: { plate: { text: "61B112345" } },
  });
});

test("cases are found by plate, part of it, time, camera, rule and state, page by page", async () => {
  const times = ["2026-05-01T00:00:00Z", "2026-05-01T00:00:01Z", "2026-05-01T00:00:02Z"];
  const plates = ["51A00001", "51A00002", "51A00003"];
  const ids: string[] = [];
  for (const [index, text] of plates.entries())
    ids.push(await made({ rule: "turn", plate: { text, display: text, confidence: 1 } }, times[index]));
  const found = async (query: string): Promise<string[]> => {
    const seen: string[] = [];
    for (let before = ""; ; ) {
      const page = (await ask(officer, "GET", `/cases?limit=1&${query}${before}`)).json<CasePage>();
      seen.push(...page.items.map(({ id }) => id));
      if (page.next === undefined) return seen;
      before = `&before=${page.next}`;
    }
  };
  const [first = "", middle = "", last = ""] = ids;
  expect(await found("plate=51A-000.02")).toEqual([middle]);
  expect(await found("plate_part=a0000")).toEqual([last, middle, first]);
  expect(await found("plate_part=51A&from=2026-05-01T00:00:01Z&to=2026-05-01T00:00:02Z")).toEqual([middle]);
  expect(await found("rule=turn&camera=nga-tu&site=binh-duong&state=new")).toEqual([last, middle, first]);
  expect(await found("rule=turn&site=elsewhere")).toEqual([]);
  expect((await ask(officer, "GET", "/cases?plate_part=A-.")).statusCode).toBe(400);
});

test("an alert is acknowledged, then resolved, by name; neither twice, and not by who only looks", async () => {
  const event = exampleEvent(
    "vn.ngatu.crowd.alert.v1",
    "quang-truong",
    { rule: "crowd-over", zone: "plaza", state: "opened", persons: 12 },
    { subject: "handled" },
  );
  await store(api.db, [event]);
  const path = `/alerts/${event.id}`;
  expect((await ask(officer, "POST", `${path}/acknowledge`, {})).statusCode).toBe(403);
  const taken = await ask(supervisor, "POST", `${path}/acknowledge`, { note: "đã cử người" });
  expect(taken.json<Alert>()).toMatchObject({
    handling: "acknowledged",
    handled_by: "le.c",
    note: "đã cử người",
  });
  expect((await ask(supervisor, "POST", `${path}/acknowledge`, {})).statusCode).toBe(409);
  const open = await ask(officer, "GET", "/alerts?handling=open");
  expect(open.json<{ items: Alert[] }>().items.map(({ id }) => id)).not.toContain(event.id);
  const resolved = await ask(supervisor, "POST", `${path}/resolve`, {});
  expect(resolved.json<Alert>()).toMatchObject({ handling: "resolved", note: "đã cử người" });
  expect((await ask(officer, "GET", path)).json<Alert>().handling).toBe("resolved");
});

test("every view of a case leaves a row that says who saw what", async () => {
  const id = await made({ still: "/9j/2Q==" });
  const before = new Date();
  await ask(officer, "GET", `/cases/${id}`);
  await ask(second, "GET", `/cases/${id}/still`);
  await ask(officer, "GET", `/cases?camera=nga-tu&limit=1&from=${before.toISOString().replace(/\.\d+/, "")}`);
  const rows = await api.repositories.audit.list({ object: `case/${id}`, limit: 10 });
  expect(rows.map(({ actor, action, detail }) => [actor, action, detail["what"]])).toEqual([
    ["tran.b", "case.view", "still"],
    ["nguyen.a", "case.view", "case"],
  ]);
  const [list] = await api.repositories.audit.list({ action: "case.list", limit: 1 });
  expect(list).toMatchObject({ actor: "nguyen.a", detail: { query: { camera: "nga-tu" } } });
});

test("plates and matches read as events leave a row too; counts that name nobody leave none", async () => {
  const id = await made();
  const count = exampleEvent("vn.ngatu.count.v1", "counted", { rule: "line-count", line: "gate" });
  await store(api.db, [count]);
  await ask(officer, "GET", `/events/${id}`);
  await ask(officer, "GET", "/events?camera=counted");
  await ask(officer, "GET", `/events/${count.id}`);
  const rows = await api.repositories.audit.list({ action: "event.view", limit: 10 });
  expect(rows.map(({ actor, detail }) => [actor, detail["events"]])).toEqual([["nguyen.a", [id]]]);
});
