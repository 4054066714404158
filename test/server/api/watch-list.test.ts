// The watch list over HTTP and a real PostgreSQL: two people, a reason, an end.
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Problem } from "../../../server/api/schemas.ts";
import { SERVER } from "../../../server/store/audit-chain.ts";
import { everywhere, type Signed, signIn } from "../people.ts";
import { startApi, type TestApi } from "./start-api.ts";

interface Entry {
  readonly id: string;
  readonly state: string;
}

let api: TestApi;
let officer: Signed;
let approver: Signed;
/** Holds both roles. */
let both: Signed;
let local: Signed;

beforeAll(async () => {
  api = await startApi();
  const { repositories } = api;
  officer = await signIn(repositories, everywhere("watch-list-officer"), "nguyen.a");
  approver = await signIn(repositories, everywhere("approver"), "tran.b");
  both = await signIn(repositories, everywhere("watch-list-officer", "approver"), "le.c");
  local = await signIn(repositories, [{ role: "watch-list-officer", site: "thu-duc" }], "pham.d");
});
afterAll(() => api.close());

function ask(who: Signed, method: "GET" | "POST", path: string, payload?: object) {
  const headers = { host: "localhost", ...who.headers };
  return api.app.inject({
    method,
    url: `/api/v1${path}`,
    headers,
    ...(payload === undefined ? {} : { payload }),
  });
}

const tomorrow = (): string => new Date(Date.now() + 24 * 3_600_000).toISOString();
const wanted = (change: object = {}): object => ({
  ...{ kind: "plate", name: "xe tải trắng", plate: "61c-123.45", reason: "xe bị mất cắp" },
  ...{ authority: "Điều 21 Luật 91/2025/QH15", document: "12/QĐ-CA", sites: ["*"], expires_at: tomorrow() },
  ...change,
});
async function proposed(who: Signed, change: object = {}): Promise<string> {
  const response = await ask(who, "POST", "/watchlist", wanted(change));
  expect(response.statusCode).toBe(200);
  return response.json<Entry>().id;
}
const stateOf = async (id: string) => (await ask(officer, "GET", `/watchlist/${id}`)).json<Entry>().state;

test("an entry is approved by somebody else, begins, and is revoked; each step is in the audit trail", async () => {
  const id = await proposed(officer);
  expect((await ask(officer, "POST", `/watchlist/${id}/approve`)).statusCode).toBe(403);
  const approved = await ask(approver, "POST", `/watchlist/${id}/approve`);
  expect(approved.json()).toMatchObject({
    ...{ state: "approved", plate: "61C12345", requester: "nguyen.a", approver: "tran.b" },
  });
  expect((await ask(approver, "POST", `/watchlist/${id}/approve`)).statusCode).toBe(409);
  await api.repositories.watchList.advance();
  expect(await stateOf(id)).toBe("active");
  expect((await ask(officer, "POST", `/watchlist/${id}/revoke`, {})).statusCode).toBe(400);
  await ask(officer, "POST", `/watchlist/${id}/revoke`, { reason: "đã tìm thấy xe" });
  expect(await stateOf(id)).toBe("revoked");
  const rows = await api.repositories.audit.list({ object: `watchlist/${id}`, limit: 20 });
  const steps = rows.filter(({ action }) => action !== "watchlist.view").reverse();
  expect(steps.map(({ action, actor }) => [action, actor])).toEqual([
    ["watchlist.propose", "nguyen.a"],
    ["watchlist.approve", "tran.b"],
    ["watchlist.start", SERVER.name],
    ["watchlist.revoke", "nguyen.a"],
  ]);
});

test("nobody approves their own request: not with both roles, and not past the program in the database", async () => {
  const id = await proposed(both);
  const refused = await ask(both, "POST", `/watchlist/${id}/approve`);
  expect([refused.statusCode, refused.json<Problem>().type]).toEqual([409, "urn:ngatu:problem:own-request"]);
  await expect(
    sql`UPDATE watch_entries SET state = 'approved', approver_id = requester_id WHERE id = ${id}`.execute(
      api.db,
    ),
  ).rejects.toThrow(/check constraint/);
  await expect(
    sql`UPDATE watch_entries SET state = 'active' WHERE id = ${id}`.execute(api.db),
  ).rejects.toThrow(/check constraint/);
  expect(
    (await ask(approver, "POST", `/watchlist/${id}/refuse`, { reason: "thiếu văn bản" })).statusCode,
  ).toBe(200);
  expect((await ask(approver, "POST", `/watchlist/${id}/approve`)).statusCode).toBe(409);
});

test("an entry ends by itself, whatever its state, and begins no earlier than it says", async () => {
  const [draft, active, later] = [await proposed(officer), await proposed(officer), await proposed(officer)];
  for (const id of [active, later]) await ask(approver, "POST", `/watchlist/${id}/approve`);
  await sql`UPDATE watch_entries SET starts_at = now() + interval '1 hour' WHERE id = ${later}`.execute(
    api.db,
  );
  await api.repositories.watchList.advance();
  expect([await stateOf(draft), await stateOf(active), await stateOf(later)]).toEqual([
    "draft",
    "active",
    "approved",
  ]);
  await sql`UPDATE watch_entries SET starts_at = now() - interval '2 hours', expires_at = now()`.execute(
    api.db,
  );
  await api.repositories.watchList.advance();
  for (const id of [draft, active, later]) expect(await stateOf(id)).toBe("expired");
  expect((await ask(approver, "POST", `/watchlist/${draft}/approve`)).statusCode).toBe(409);
});

test("what an entry lacks or oversteps is named", async () => {
  const faults: readonly [object, string][] = [
    [{ reason: "  " }, "reason"],
    [{ plate: undefined }, "plate"],
    [{ plate: "??????" }, "plate"],
    [{ kind: "face" }, "plate"],
    [{ sites: [] }, "sites"],
    [{ expires_at: "2020-01-01T00:00:00Z" }, "expires_at"],
    [{ expires_at: new Date(Date.now() + 400 * 24 * 3_600_000).toISOString() }, "expires_at"],
    [{ expires_at: "2026-12-31T23:59:60Z" }, "expires_at"],
    [{ starts_at: new Date(Date.now() + 48 * 3_600_000).toISOString() }, "expires_at"],
  ];
  for (const [change, field] of faults) {
    const refused = await ask(officer, "POST", "/watchlist", wanted(change));
    expect([refused.statusCode, refused.json<Problem>().errors?.[0]?.field], JSON.stringify(change)).toEqual([
      400,
      field,
    ]);
  }
});

test("people of one site ask for their own site alone, and see what is looked for there", async () => {
  for (const sites of [["*"], ["binh-duong"], ["thu-duc", "binh-duong"]])
    expect((await ask(local, "POST", "/watchlist", wanted({ sites }))).statusCode).toBe(400);
  const own = await proposed(local, { sites: ["thu-duc"] });
  const everywhereToo = await proposed(officer);
  const elsewhere = await proposed(officer, { sites: ["binh-duong"] });
  const { items } = (await ask(local, "GET", "/watchlist?state=draft&limit=100")).json<{ items: Entry[] }>();
  const seen = items.map(({ id }) => id);
  expect(seen).toEqual(expect.arrayContaining([own, everywhereToo]));
  expect(seen).not.toContain(elsewhere);
  expect((await ask(local, "GET", `/watchlist/${elsewhere}`)).statusCode).toBe(404);
  for (const id of [everywhereToo, elsewhere])
    expect((await ask(local, "POST", `/watchlist/${id}/revoke`, { reason: "x" })).statusCode).toBe(404);
});
