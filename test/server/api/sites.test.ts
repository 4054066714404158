// People of one site see, hear and decide nothing of another.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Envelope } from "../../../contract/event.ts";
import { exampleEvent, exampleStatus, store } from "../example.ts";
import { streamView, maySee } from "../../../server/api/stream-view.ts";
import { Access } from "../../../server/people/access.ts";
import { registerKey } from "../../../server/store/evidence-keys.ts";
import { EVERY_CASE } from "../../../server/store/scope.ts";
import { OFFICER, type Signed, signIn } from "../people.ts";
import { startApi, type TestApi } from "./start-api.ts";

const SITES = ["binh-duong", "thu-duc"] as const;
type Site = (typeof SITES)[number];

let api: TestApi;
let officer: Signed;
const cases = new Map<Site, Envelope>();

/** As `site`'s own box would send it. */
function at(site: Site, event: Envelope): Envelope {
  const [, , , camera = ""] = event.source.split("/");
  return { ...event, source: `/${site}/box-${site}/${camera}`, epoch: `epoch-${site}-000000` };
}

beforeAll(async () => {
  api = await startApi({ recheckMs: 200 });
  for (const site of SITES) {
    const events = [
      exampleEvent("vn.ngatu.traffic.case.v1", "nga-tu", {
        rule: "wrong-way",
        lane: "north-1",
        still: "/9j/2Q==",
      }),
      exampleEvent(
        "vn.ngatu.crowd.alert.v1",
        "nga-tu",
        { rule: "crowd-over", zone: "plaza", state: "opened", persons: 12 },
        { subject: `plaza-${site}` },
      ),
      exampleEvent("vn.ngatu.face.match.v1", "nga-tu", {
        rule: "watch-list",
        entry: { name: "A" },
        score: 0.9,
      }),
      exampleEvent("vn.ngatu.parking.v9", "nga-tu", { anything: 1 }),
    ].map((event) => at(site, event));
    await store(api.db, events);
    if (events[0] !== undefined) cases.set(site, events[0]);
    const box = await api.repositories.boxes.save(`box-${site}`, { ...exampleStatus, site });
    if (box !== undefined) api.feed.emit({ kind: "box", box });
  }
  officer = await signIn(api.repositories, [{ role: "traffic-supervisor", site: "thu-duc" }]);
});
afterAll(() => api.close());

function ask(url: string, method: "GET" | "POST" = "GET", payload?: object) {
  const headers = { host: "localhost", ...officer.headers };
  return api.app.inject({
    method,
    url: `/api/v1${url}`,
    headers,
    ...(payload === undefined ? {} : { payload }),
  });
}

const foreign = (): string => cases.get("binh-duong")?.id ?? "";
const own = (): string => cases.get("thu-duc")?.id ?? "";

test("evidence keys are those of the own site's boxes", async () => {
  for (const [index, site] of SITES.entries()) {
    const signer = { key: String(index).repeat(64), public_key: `key of ${site}` };
    await registerKey(api.db, "box", `box-${site}`, signer, () => Promise.resolve(false));
  }
  const { keys } = (await ask("/evidence/keys")).json<{ keys: { owner: string; name: string }[] }>();
  expect(keys.filter(({ owner }) => owner === "box").map(({ name }) => name)).toEqual(["box-thu-duc"]);
});

test("lists hold rows of the own site only, whatever their kind", async () => {
  for (const list of ["events", "cases", "alerts", "boxes", "cameras", "forwards"]) {
    const { items } = (await ask(`/${list}`)).json<{ items: { box?: string }[] }>();
    const boxes = new Set(items.flatMap(({ box }) => box ?? []));
    expect([...boxes], list).toEqual(list === "forwards" ? [] : ["box-thu-duc"]);
  }
});

test("matches and types that this server doesn't know are not for who may see traffic only", async () => {
  const { items } = (await ask("/events?limit=200")).json<{ items: { type: string }[] }>();
  expect(new Set(items.map(({ type }) => type))).toEqual(
    new Set(["vn.ngatu.traffic.case.v1", "vn.ngatu.crowd.alert.v1"]),
  );
});

test("who frees cases at one site and only decides at another takes no case there from its holder", async () => {
  const both = await signIn(api.repositories, [
    { role: "traffic-supervisor", site: "thu-duc" },
    { role: "traffic-officer", site: "binh-duong" },
  ]);
  const give = async (id: string) => {
    const headers = { host: "localhost", ...both.headers };
    await api.repositories.cases.claim(id, OFFICER, EVERY_CASE);
    return (await api.app.inject({ method: "DELETE", url: `/api/v1/cases/${id}/review`, headers }))
      .statusCode;
  };
  expect(await give(foreign())).toBe(409);
  expect(await give(own())).toBe(200);
  await api.repositories.cases.release(foreign(), OFFICER, EVERY_CASE);
});

test("a row of another site is not found, by whatever address, and can't be decided", async () => {
  for (const path of [`/events/${foreign()}`, `/cases/${foreign()}`, `/cases/${foreign()}/still`])
    expect((await ask(path)).statusCode, path).toBe(404);
  for (const path of [`/events/${own()}`, `/cases/${own()}`, `/cases/${own()}/still`])
    expect((await ask(path)).statusCode, path).toBe(200);
  const decided = await ask(`/cases/${foreign()}/decision`, "POST", { decision: "confirm" });
  expect(decided.statusCode).toBe(404);
  expect((await ask(`/cases/${own()}/decision`, "POST", { decision: "confirm" })).statusCode).toBe(200);
});

test("figures count the own site's rows", async () => {
  const { cases_by_state: states, events_by_type: types } = (await ask("/counts/summary")).json<{
    cases_by_state: Record<string, number>;
    events_by_type: Record<string, number>;
  }>();
  expect(Object.values(states).reduce((sum, count) => sum + count, 0)).toBe(1);
  expect(types).toEqual({ "vn.ngatu.traffic.case.v1": 1, "vn.ngatu.crowd.alert.v1": 1 });
});

test("an incident in which a box names a plate is for those only who may see traffic", async () => {
  const plate = { text: "61B112345", display: "61B1-123.45", confidence: 0.9 };
  const incident = at(
    "thu-duc",
    exampleEvent("vn.ngatu.incident.v1", "nga-tu", { rule: "stalled", lane: "north-1", plate }),
  );
  const plain = at("thu-duc", exampleEvent("vn.ngatu.incident.v1", "nga-tu", { rule: "stalled" }));
  await store(api.db, [incident, plain]);
  const grants = [{ role: "engineer", site: "*" }] as const;
  const engineer = await signIn(api.repositories, grants);
  const status = async ({ headers }: Signed, { id }: Envelope) => {
    const sent = { host: "localhost", ...headers };
    return (await api.app.inject({ url: `/api/v1/events/${id}`, headers: sent })).statusCode;
  };
  expect(await status(engineer, incident)).toBe(404);
  expect(await status(engineer, plain)).toBe(200);
  expect(await status(officer, incident)).toBe(200);
  const view = streamView(Access.of(grants));
  const told = (event: Envelope) =>
    maySee(view, {
      kind: "event",
      event: { id: event.id, box: "box-thu-duc", camera: "nga-tu", receivedAt: new Date(), event },
    });
  expect([told(incident), told(plain)]).toEqual([false, true]);
});

test("the stream tells of the own site only, shows no picture of another, and ends with the session", async () => {
  const address = await api.app.listen({ host: "127.0.0.1", port: 0 });
  const response = await fetch(
    `${address}/api/v1/stream?watch=box-thu-duc/nga-tu&watch=box-binh-duong/nga-tu`,
    {
      headers: officer.headers,
    },
  );
  const told: string[] = [];
  const reading = (async () => {
    const body = response.body ?? new ReadableStream<Uint8Array>();
    for await (const text of body.pipeThrough(new TextDecoderStream())) told.push(text);
  })();
  const live = {
    camera: "nga-tu",
    at: new Date().toISOString(),
    picture: { width: 640, height: 360 },
    fps: 5,
  };
  const rest = { dropped: 0, boxes: [], zones: [], counts: [], preview: "/9j/2Q==" };
  for (const site of SITES) {
    api.feed.emit({ kind: "live", box: `box-${site}`, live: { ...live, ...rest } });
    const event = exampleEvent("vn.ngatu.traffic.case.v1", "nga-tu", { rule: "wrong-way", lane: site });
    await store(api.db, [at(site, event)], api.feed);
  }
  await expect.poll(() => told.join("")).toContain('"lane":"thu-duc"');
  expect(told.join("")).toContain("box-thu-duc");
  expect(told.join("")).not.toContain("box-binh-duong");
  expect(api.watched).toEqual(["box-thu-duc/nga-tu"]);
  await api.repositories.sessions.endAll(officer.personId);
  await reading;
}, 30_000);
