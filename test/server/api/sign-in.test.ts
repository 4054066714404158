// Signing in over a real PostgreSQL: what lets somebody in, what keeps them out, and what ends it.
import type { InjectOptions, LightMyRequestResponse } from "fastify";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sql } from "kysely";
import type { Session } from "../../../server/api/people-schemas.ts";
import type { Problem } from "../../../server/api/schemas.ts";
import { SERVER } from "../../../server/store/audit-chain.ts";
import { everywhere, type Signed, signIn } from "../people.ts";
import { startApi, type TestApi } from "./start-api.ts";

const PASSWORD = "chín con trâu đen";
const clock = { ms: Date.now() };
let api: TestApi;
let admin: Signed;
let name: string;
let serial = 0;

beforeAll(async () => {
  api = await startApi({ now: () => new Date(clock.ms), secondFactorRoles: ["approver"] });
  admin = await signIn(api.repositories, everywhere("administrator"));
});
afterAll(() => api.close());
beforeEach(async () => {
  serial += 1;
  name = `person-${serial}`;
  await make({});
});

async function make({ dueBy, role = "ioc-operator" }: { dueBy?: Date; role?: "approver" | "ioc-operator" }) {
  const passwordHash = await api.desk.passwords.hash(PASSWORD);
  const grants = everywhere(role);
  const person = { name, displayName: name, grants, passwordHash, passwordDueBy: dueBy };
  const created = await api.repositories.people.create(person, SERVER);
  return typeof created === "string" ? undefined : created;
}

function ask(options: InjectOptions): Promise<LightMyRequestResponse> {
  return api.app.inject({ ...options, headers: { host: "localhost", ...options.headers } });
}
function attempt(body: object, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
  return ask({ method: "POST", url: "/api/v1/session", payload: body, headers });
}
function problemOf(response: LightMyRequestResponse): string {
  return response.json<Problem>().type.replace("urn:ngatu:problem:", "");
}
/** What the browser holds after an answer. */
function held(response: LightMyRequestResponse): Record<string, string> {
  const [cookie] = response.cookies;
  const { csrf } = response.json<Session>();
  return { cookie: `${cookie?.name ?? ""}=${cookie?.value ?? ""}`, "x-csrf-token": csrf };
}
const whoAmI = (headers: Record<string, string>) => ask({ url: "/api/v1/session", headers });

describe("a password", () => {
  test("signs in, and the cookie is for this site's pages only and for no script", async () => {
    const response = await attempt({ name: ` ${name.toUpperCase()} `, password: PASSWORD });
    expect(response.statusCode).toBe(200);
    expect(response.cookies[0]).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/" });
    expect(response.json<Session>()).toMatchObject({ name, second_factor: false });
    expect((await whoAmI(held(response))).json<Session>().permissions).toContain("alert.handle");
  });

  test("written in another Unicode form is the same password", async () => {
    expect((await attempt({ name, password: PASSWORD.normalize("NFD") })).statusCode).toBe(200);
  });

  test("that is wrong, and a name that nobody has, are answered alike and in the same words", async () => {
    const wrong = await attempt({ name, password: "wrong" });
    const unknown = await attempt({ name: "nobody-at-all", password: "wrong" });
    expect([wrong.statusCode, unknown.statusCode]).toEqual([401, 401]);
    expect(unknown.json()).toEqual(wrong.json());
    expect(Object.keys(unknown.headers).sort()).toEqual(Object.keys(wrong.headers).sort());
  });

  test("guessed five times shuts the name to that address, known or not, and the right one too", async () => {
    for (const who of [name, "nobody-known"]) {
      for (let i = 0; i < 5; i += 1)
        expect((await attempt({ name: who, password: "wrong" })).statusCode).toBe(401);
      const shut = await attempt({ name: who, password: PASSWORD });
      expect(shut.statusCode).toBe(429);
      expect(Number(shut.headers["retry-after"])).toBeGreaterThan(0);
    }
    await sql`UPDATE sign_in_failures SET locked_until = now() - interval '1 second'`.execute(api.db);
    expect((await attempt({ name, password: PASSWORD })).statusCode).toBe(200);
  });

  test("is nowhere in the database, nor is the session's or a key's secret", async () => {
    const response = await attempt({ name, password: PASSWORD });
    const { rows: tables } = await sql<{ table: string }>`
      SELECT tablename AS table FROM pg_tables WHERE schemaname = 'public'`.execute(api.db);
    let text = "";
    for (const { table } of tables) {
      const { rows } = await sql<{ row: string }>`SELECT t::text AS row FROM ${sql.table(table)} t`.execute(
        api.db,
      );
      text += rows.map(({ row }) => row).join("\n");
    }
    expect(text).toContain(name);
    for (const secret of [PASSWORD, response.cookies[0]?.value ?? "none"]) expect(text).not.toContain(secret);
  });

  test("changed by its owner ends every other session, and must be good", async () => {
    const first = held(await attempt({ name, password: PASSWORD }));
    const second = held(await attempt({ name, password: PASSWORD }));
    const change = (password: string, current = PASSWORD) =>
      ask({
        method: "PUT",
        url: "/api/v1/session/password",
        headers: second,
        payload: { current, password },
      });
    for (const bad of ["short", `${name} is my name`, "aaaaaaaaaaaaaaaa", PASSWORD])
      expect((await change(bad)).json<Problem>().errors?.[0]?.field, bad).toBe("password");
    expect((await change("một câu khác hẳn", "wrong")).json<Problem>().errors?.[0]?.field).toBe("current");
    const changed = await change("một câu khác hẳn");
    expect(changed.statusCode).toBe(200);
    expect(changed.cookies[0]?.value).not.toBe(second["cookie"]?.split("=")[1]);
    expect((await whoAmI(first)).statusCode).toBe(401);
    expect((await whoAmI(second)).statusCode).toBe(401);
    expect((await whoAmI(held(changed))).statusCode).toBe(200);
    expect((await attempt({ name, password: PASSWORD })).statusCode).toBe(401);
  });
});

describe("a one-time password", () => {
  test("opens nothing but its own change", async () => {
    name = `${name}-new`;
    await make({ dueBy: new Date(Date.now() + 60_000) });
    const session = await attempt({ name, password: PASSWORD });
    expect(session.json<Session>().due).toBe("password");
    const refused = await ask({ url: "/api/v1/events", headers: held(session) });
    expect([refused.statusCode, problemOf(refused)]).toEqual([403, "password-due"]);
    const payload = { current: PASSWORD, password: "một câu của riêng tôi" };
    const changed = await ask({
      method: "PUT",
      url: "/api/v1/session/password",
      headers: held(session),
      payload,
    });
    expect(changed.json<Session>().due).toBeUndefined();
    expect((await ask({ url: "/api/v1/events", headers: held(changed) })).statusCode).toBe(200);
  });

  test("that has died lets nobody in", async () => {
    name = `${name}-late`;
    await make({ dueBy: new Date(Date.now() - 1_000) });
    expect((await attempt({ name, password: PASSWORD })).statusCode).toBe(401);
  });
});

describe("a second factor", () => {
  const codeAt = (secret: string, ms: number): string =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: ms });

  async function enrol(
    headers: Record<string, string>,
  ): Promise<{ secret: string; session: LightMyRequestResponse }> {
    const url = "/api/v1/session/second-factor";
    const offer = await ask({ method: "POST", url, headers, payload: { current: PASSWORD } });
    const { secret, uri } = offer.json<{ secret: string; uri: string }>();
    expect(uri).toContain("otpauth://totp/");
    const wrong = await ask({
      method: "PUT",
      url,
      headers,
      payload: { code: codeAt(secret, clock.ms - 600_000) },
    });
    expect(wrong.statusCode).toBe(400);
    const session = await ask({ method: "PUT", url, headers, payload: { code: codeAt(secret, clock.ms) } });
    expect(session.statusCode).toBe(200);
    return { secret, session };
  }

  test("is asked for once the password is right; each code is good once, and old ones never", async () => {
    const { secret } = await enrol(held(await attempt({ name, password: PASSWORD })));
    const without = await attempt({ name, password: PASSWORD });
    expect([without.statusCode, problemOf(without)]).toEqual([401, "code-required"]);
    expect(problemOf(await attempt({ name, password: "wrong" }))).toBe("sign-in-failed");
    const used = codeAt(secret, clock.ms);
    expect((await attempt({ name, password: PASSWORD, code: used })).statusCode).toBe(401);
    clock.ms += 30_000;
    const fresh = codeAt(secret, clock.ms);
    const both = await Promise.all([1, 2].map(() => attempt({ name, password: PASSWORD, code: fresh })));
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401]);
    clock.ms += 300_000;
    expect((await attempt({ name, password: PASSWORD, code: fresh })).statusCode).toBe(401);
  });

  test("is due before anything else for a role that needs one, and its secret is sealed", async () => {
    name = `${name}-approver`;
    const person = await make({ role: "approver" });
    const session = await attempt({ name, password: PASSWORD });
    expect(session.json<Session>().due).toBe("second-factor");
    expect(problemOf(await ask({ url: "/api/v1/events", headers: held(session) }))).toBe("second-factor-due");
    const { secret, session: after } = await enrol(held(session));
    expect(after.json<Session>().due).toBeUndefined();
    expect((await ask({ url: "/api/v1/events", headers: held(after) })).statusCode).toBe(200);
    const known = await api.repositories.people.credentials({ id: person?.id ?? "" });
    expect(known?.secondFactor?.includes(Buffer.from(Secret.fromBase32(secret).bytes))).toBe(false);
    expect(api.desk.key.open(known?.secondFactor ?? Buffer.alloc(0), person?.id ?? "")).toEqual(
      Buffer.from(Secret.fromBase32(secret).bytes),
    );
    expect(() => api.desk.key.open(known?.secondFactor ?? Buffer.alloc(0), "somebody else")).toThrow();
  });
});

describe("a session", () => {
  let signed: Signed;
  const decide = (headers: Record<string, string>) =>
    ask({ method: "DELETE", url: "/api/v1/sessions", headers }).then(({ statusCode }) => statusCode);
  beforeEach(async () => {
    signed = await signIn(api.repositories, everywhere("ioc-operator"));
  });

  test("changes nothing without the page's own token, or with another session's", async () => {
    const other = await signIn(api.repositories, everywhere("ioc-operator"));
    const cookie = signed.headers["cookie"] ?? "";
    expect(await decide({ cookie })).toBe(403);
    expect(await decide({ cookie, "x-csrf-token": other.headers["x-csrf-token"] ?? "" })).toBe(403);
    expect(await decide({ ...signed.headers })).toBe(200);
  });

  test("ends when nothing was asked for long, and in any case at its own time", async () => {
    const idle = await signIn(api.repositories, everywhere("ioc-operator"));
    expect((await whoAmI(idle.headers)).statusCode).toBe(200);
    await sql`UPDATE sessions SET seen_at = now() - interval '61 minutes' WHERE person_id = ${idle.personId}`.execute(
      api.db,
    );
    expect((await whoAmI(idle.headers)).statusCode).toBe(401);
    await sql`UPDATE sessions SET expires_at = now() WHERE person_id = ${signed.personId}`.execute(api.db);
    expect((await whoAmI(signed.headers)).statusCode).toBe(401);
  });

  test("ends when its person's roles change, or the person is disabled or signed out everywhere", async () => {
    const { people } = api.repositories;
    const ends: readonly ((id: string) => Promise<unknown>)[] = [
      (id) => people.setGrants(id, everywhere("engineer"), SERVER),
      (id) => people.setDisabled(id, true, SERVER),
      (id) =>
        ask({ method: "DELETE", url: `/api/v1/people/${id}/sessions`, headers: admin.headers }).then(
          ({ statusCode }) => {
            expect(statusCode).toBe(200);
          },
        ),
    ];
    for (const end of ends) {
      const somebody = await signIn(api.repositories, everywhere("ioc-operator"));
      expect((await whoAmI(somebody.headers)).statusCode).toBe(200);
      await end(somebody.personId);
      expect((await whoAmI(somebody.headers)).statusCode).toBe(401);
    }
  });

  test("one that was ended opens nothing, and one that was made up neither", async () => {
    expect(
      (await ask({ method: "DELETE", url: "/api/v1/session", headers: signed.headers })).statusCode,
    ).toBe(200);
    expect((await whoAmI(signed.headers)).statusCode).toBe(401);
    expect((await whoAmI({ cookie: `ngatu=${"A".repeat(43)}` })).statusCode).toBe(401);
  });
});

test("the last administrator can't be disabled, demoted or demote themselves", async () => {
  const { people } = api.repositories;
  await sql`UPDATE people SET disabled_at = now() WHERE id <> ${admin.personId}`.execute(api.db);
  const id = admin.personId;
  expect(await people.setDisabled(id, true, SERVER)).toBe("last-administrator");
  expect(await people.setGrants(id, everywhere("engineer"), SERVER)).toBe("last-administrator");
  const refused = await ask({
    method: "PUT",
    url: `/api/v1/people/${id}/roles`,
    headers: admin.headers,
    payload: { roles: everywhere("engineer") },
  });
  expect([refused.statusCode, problemOf(refused)]).toEqual([409, "last-administrator"]);
  expect((await whoAmI(admin.headers)).statusCode).toBe(200);
});
