// Every route asked in every role, and by nobody, against the real app: who gets in is written down here once more.
import { beforeAll, afterAll, describe, expect, test } from "vitest";
import { type Role, ROLES } from "../../../config/role.ts";
import { buildApp } from "../../../server/api/app.ts";
import { statedRoutes, UnstatedRouteError } from "../../../server/api/authorize.ts";
import { newSecret, secretHash } from "../../../server/people/secret.ts";
import { everywhere, type Signed, signIn } from "../people.ts";
import { quiet } from "../temporary.ts";
import { startApi, type TestApi } from "./start-api.ts";

const ANYBODY = "anybody";
const EVERY = "officer supervisor ioc watch approver auditor engineer admin";
const SEES = "officer supervisor ioc watch approver auditor engineer";

const SHORT: Readonly<Record<string, Role>> = {
  officer: "traffic-officer",
  supervisor: "traffic-supervisor",
  ioc: "ioc-operator",
  watch: "watch-list-officer",
  approver: "approver",
  auditor: "auditor",
  engineer: "engineer",
  admin: "administrator",
};

/** Who may ask each route: written from what each role is for, not from the product's table. */
const EXPECTED: Readonly<Record<string, string>> = {
  "GET /healthz": ANYBODY,
  "GET /readyz": ANYBODY,
  "POST /api/v1/session": ANYBODY,
  "POST /api/v1/session/ticket": ANYBODY,
  "GET /api/openapi.json": SEES,
  "GET /api/v1/session": EVERY,
  "DELETE /api/v1/session": EVERY,
  "PUT /api/v1/session/password": EVERY,
  "POST /api/v1/session/second-factor": EVERY,
  "PUT /api/v1/session/second-factor": EVERY,
  "DELETE /api/v1/session/second-factor": EVERY,
  "GET /api/v1/sessions": EVERY,
  "DELETE /api/v1/sessions": EVERY,
  "GET /api/v1/roles": "admin",
  "GET /api/v1/people": "admin",
  "POST /api/v1/people": "admin",
  "GET /api/v1/people/:id": "admin",
  "PATCH /api/v1/people/:id": "admin",
  "PUT /api/v1/people/:id/roles": "admin",
  "POST /api/v1/people/:id/one-time-password": "admin",
  "DELETE /api/v1/people/:id/sessions": "admin",
  "DELETE /api/v1/people/:id/second-factor": "admin",
  "GET /api/v1/tokens": "engineer admin",
  "POST /api/v1/tokens": "engineer admin",
  "DELETE /api/v1/tokens/:id": "engineer admin",
  "GET /api/v1/audit": "auditor",
  "GET /api/v1/audit/verification": "auditor",
  "GET /api/v1/events": SEES,
  "GET /api/v1/events/:id": SEES,
  "GET /api/v1/counts/summary": SEES,
  "GET /api/v1/stream": SEES,
  "GET /api/v1/alerts": SEES,
  "GET /api/v1/boxes": EVERY,
  "GET /api/v1/boxes/:box/gaps": EVERY,
  "GET /api/v1/cameras": EVERY,
  "GET /api/v1/forecasts": EVERY,
  "GET /api/v1/cases": "officer supervisor ioc watch approver auditor",
  "GET /api/v1/cases/:id": "officer supervisor ioc watch approver auditor",
  "GET /api/v1/cases/:id/package": "officer supervisor ioc watch approver auditor",
  "GET /api/v1/evidence/keys": SEES,
  "GET /api/v1/cases/:id/still": "officer supervisor ioc watch approver auditor",
  "GET /api/v1/cases/:id/evidence/:name": "officer supervisor ioc watch approver auditor",
  "POST /api/v1/cases/:id/decision": "officer supervisor watch",
  "POST /api/v1/cases/:id/review": "officer supervisor watch",
  "DELETE /api/v1/cases/:id/review": "officer supervisor watch",
  "POST /api/v1/cases/:id/corrections": "officer supervisor watch",
  "POST /api/v1/cases/:id/close": "officer supervisor watch",
  "GET /api/v1/cases/:id/history": "officer supervisor ioc watch approver auditor",
  "GET /api/v1/alerts/:id": SEES,
  "POST /api/v1/alerts/:id/acknowledge": "supervisor ioc",
  "POST /api/v1/alerts/:id/resolve": "supervisor ioc",
  "GET /api/v1/watchlist": "watch approver auditor",
  "POST /api/v1/watchlist": "watch",
  "GET /api/v1/watchlist/:id": "watch approver auditor",
  "POST /api/v1/watchlist/:id/approve": "approver",
  "POST /api/v1/watchlist/:id/refuse": "approver",
  "POST /api/v1/watchlist/:id/revoke": "watch approver",
  "GET /api/v1/forwards": "supervisor ioc auditor engineer",
  "POST /api/v1/forwards/:id/replay": "supervisor engineer",
};

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ attemptsPerMinute: 100_000 });
});
afterAll(() => api.close());

async function ask(route: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const [method = "", path = ""] = route.split(" ");
  const id = path.includes("forwards") ? "1" : "01900000-0000-7000-8000-000000000000";
  const url = path.replace(":id", id).replace(":name", "still.jpg");
  // A stream never ends by itself: the size of its question is refused, behind the door.
  const asked = path.endsWith("/stream") ? `${url}?watch=none` : url;
  const response = await api.app.inject({
    method: method as "GET",
    url: asked,
    headers: { host: "localhost", ...headers },
    ...(["POST", "PUT", "PATCH"].includes(method) ? { payload: {} } : {}),
  });
  return response.statusCode;
}

test("the list of who may ask what names every route of the server", () => {
  const names = statedRoutes(api.app).map(({ method, url }) => `${method} ${url}`);
  expect([...new Set(names)].sort()).toEqual(Object.keys(EXPECTED).sort());
});

describe.each(Object.entries(EXPECTED))("%s", (route, who) => {
  test("asked by nobody", async () => {
    const refused = (await ask(route, {})) === 401;
    // Signing in without a name is no 401 but a fault of the question.
    expect(refused).toBe(who !== ANYBODY);
  });

  test.each([...ROLES])("asked by a %s", async (role) => {
    const { headers } = await signIn(api.repositories, everywhere(role));
    const status = await ask(route, headers);
    const allowed = who === ANYBODY || who.split(" ").some((short) => SHORT[short] === role);
    if (allowed) expect([401, 403]).not.toContain(status);
    else expect(status).toBe(403);
  });
});

describe("a machine's key", () => {
  let owner: Signed;
  const keyFor = async (scopes: readonly string[]): Promise<Record<string, string>> => {
    const secret = `ngatu_${newSecret()}`;
    const expiresAt = new Date(Date.now() + 60_000);
    const token = { personId: owner.personId, name: "key", sha256: secretHash(secret), scopes, expiresAt };
    await api.repositories.apiTokens.create(token, { id: owner.personId, name: owner.name, address: "" });
    return { authorization: `Bearer ${secret}` };
  };
  beforeAll(async () => {
    owner = await signIn(api.repositories, everywhere(...ROLES));
  });

  test("opens what it says and nothing else, and no page of its owner's", async () => {
    const key = await keyFor(["event.read"]);
    expect(await ask("GET /api/v1/events", key)).toBe(200);
    for (const route of [
      "GET /api/v1/cases",
      "GET /api/v1/audit",
      "GET /api/v1/session",
      "GET /api/v1/tokens",
    ])
      expect(await ask(route, key), route).toBe(403);
  });

  test("never decides and never gives rights, even where its row in the database says so", async () => {
    const key = await keyFor(["traffic.decide", "face.decide", "people.manage", "token.use"]);
    for (const route of ["POST /api/v1/cases/:id/decision", "GET /api/v1/people", "POST /api/v1/tokens"])
      expect(await ask(route, key), route).toBe(403);
  });

  test("a key that is wrong, ended or of a disabled person opens nothing", async () => {
    const key = await keyFor(["event.read"]);
    expect(await ask("GET /api/v1/events", { authorization: "Bearer ngatu_none" })).toBe(401);
    const actor = { id: owner.personId, name: owner.name, address: "" };
    const [row] = await api.repositories.apiTokens.list(owner.personId);
    await api.repositories.apiTokens.revoke(row?.id ?? "", owner.personId, actor);
    expect(await ask("GET /api/v1/events", key)).toBe(401);
    const other = await keyFor(["event.read"]);
    await api.repositories.people.setDisabled(owner.personId, true, actor);
    expect(await ask("GET /api/v1/events", other)).toBe(401);
  });
});

test("a server with a route that doesn't say who may ask it does not start", async () => {
  const { repositories, desk, feed } = api;
  const app = buildApp({
    ...{ repositories, desk, feed, ready: {}, watch: () => undefined, log: quiet },
  });
  app.get("/silent", () => "hello");
  await expect(app.ready()).rejects.toThrow(UnstatedRouteError);
  await app.close();
});
