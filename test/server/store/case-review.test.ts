// Cases in people's hands over a real PostgreSQL: one at a time, two where the rule demands, and no way out without a person.
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  CASE_STATES,
  CASE_STEPS,
  CASE_TRANSITIONS,
  type CaseResult,
  type CaseState,
  type CaseStep,
} from "../../../server/store/case.ts";
import { createRepositories, type Repositories } from "../../../server/store/repositories.ts";
import { EVERY_CASE } from "../../../server/store/scope.ts";
import { exampleEvent, store } from "../example.ts";
import { OFFICER, OPTIONS, SECOND } from "../people.ts";
import { startDatabase } from "../temporary.ts";

let database: Awaited<ReturnType<typeof startDatabase>>;
let repositories: Repositories;
let id: string;

beforeAll(async () => {
  database = await startDatabase();
  repositories = createRepositories(database.db, {
    ...OPTIONS,
    destinationsFor: () => ["ioc"],
    needsTwo: (rule) => rule === "red-light",
    holdMs: 60_000,
  });
});
afterAll(() => database.close());
beforeEach(async () => {
  id = await made("wrong-way");
});

async function made(rule: string, plate?: string): Promise<string> {
  const plates = plate === undefined ? {} : { plate: { text: plate, display: plate, confidence: 0.9 } };
  const event = exampleEvent("vn.ngatu.traffic.case.v1", "nga-tu", { rule, lane: "north-1", ...plates });
  await store(database.db, [event]);
  return event.id;
}

const outcome = (result: CaseResult): string => (result.ok ? result.case.state : result.fault);
const claim = async (by = OFFICER) => outcome(await repositories.cases.claim(id, by, EVERY_CASE));
const release = async (by = OFFICER, anyones = false) =>
  outcome(await repositories.cases.release(id, by, EVERY_CASE, anyones));
const confirm = async (by = OFFICER) =>
  outcome(await repositories.cases.decide(id, { decision: "confirm", by }, EVERY_CASE));
const reject = async (by = OFFICER) =>
  outcome(await repositories.cases.decide(id, { decision: "reject", reason: "no", by }, EVERY_CASE));
const forwardsOf = async (which: string): Promise<number> =>
  Number(
    (
      await sql<{ n: string }>`SELECT count(*) AS n FROM forwards WHERE event_id = ${which}`.execute(
        database.db,
      )
    ).rows[0]?.n,
  );
/** The receiver takes whatever is due. */
async function deliver(which: string): Promise<void> {
  for (const forward of await repositories.forwards.claim("ioc", 500, 0))
    if (forward.eventId === which) await repositories.forwards.delivered(forward.id);
}

describe("the table", () => {
  test("has no way from new to forwarded that no person's confirmation is on", () => {
    const walk = fc.array(fc.constantFrom(...CASE_STEPS), { maxLength: 30 });
    fc.assert(
      fc.property(walk, (steps) => {
        let state: CaseState = "new";
        const taken: CaseStep[] = [];
        for (const step of steps) {
          const next: CaseState | undefined = CASE_TRANSITIONS[state][step];
          if (next === undefined) continue;
          taken.push(step);
          state = next;
          if (state === "forwarded") expect(taken).toContain("confirm");
          if (state === "rejected") expect(taken).toContain("reject");
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("without confirm, no walk at all comes to confirmed or forwarded", () => {
    const reached = new Set<CaseState>(["new"]);
    for (let before = 0; before < reached.size; ) {
      before = reached.size;
      for (const state of [...reached])
        for (const step of CASE_STEPS)
          if (step !== "confirm") {
            const next: CaseState | undefined = CASE_TRANSITIONS[state][step];
            if (next !== undefined) reached.add(next);
          }
    }
    expect([...reached].sort()).toEqual(["closed", "in-review", "new", "rejected"]);
    expect([...CASE_STATES]).toContain("forwarded");
  });
});

test("whatever two people and the server do, in whatever order, a case is forwarded only after enough confirmations", async () => {
  const actions = ["claim", "release", "confirm", "reject", "close", "overdue", "deliver"] as const;
  const step = fc.record({ action: fc.constantFrom(...actions), second: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("wrong-way", "red-light"),
      fc.array(step, { minLength: 1, maxLength: 14 }),
      async (rule, steps) => {
        id = await made(rule);
        const confirmed = new Set<string>();
        let rejected = false;
        for (const { action, second } of steps) {
          const by = second ? SECOND : OFFICER;
          const { cases } = repositories;
          if (action === "claim") await claim(by);
          else if (action === "release") await release(by);
          else if (action === "close") await cases.close(id, by, EVERY_CASE);
          else if (action === "deliver") await deliver(id);
          else if (action === "overdue") {
            await sql`UPDATE cases SET review_until = now() - interval '1 second' WHERE id = ${id} AND review_until IS NOT NULL`.execute(
              database.db,
            );
            await cases.releaseOverdue();
          } else if (action === "confirm") {
            const result = await cases.decide(id, { decision: "confirm", by }, EVERY_CASE);
            if (result.ok) confirmed.add(by.name);
          } else if ((await reject(by)) === "rejected") rejected = true;
          const found = await cases.get(id, EVERY_CASE);
          const enough = confirmed.size >= (rule === "red-light" ? 2 : 1);
          expect(await forwardsOf(id)).toBe(enough && !rejected ? 1 : 0);
          if (found?.state === "forwarded" || found?.state === "confirmed") expect(enough).toBe(true);
        }
      },
    ),
    { numRuns: 25 },
  );
});

describe("a case in review", () => {
  test("is nobody else's to take, decide, correct or give back, until its holder gives it back", async () => {
    expect(await claim()).toBe("in-review");
    expect(await claim(SECOND)).toBe("in-review");
    const held = await repositories.cases.get(id, EVERY_CASE);
    expect(held?.review?.by).toBe(OFFICER.name);
    expect(await repositories.cases.claim(id, SECOND, EVERY_CASE)).toEqual({ ok: false, fault: "in-review" });
    expect(await confirm(SECOND)).toBe("in-review");
    const correction = { field: "class" as const, value: "truck" };
    expect(outcome(await repositories.cases.correct(id, correction, SECOND, EVERY_CASE))).toBe("in-review");
    expect(await release(SECOND)).toBe("not-held");
    expect(await release()).toBe("new");
    expect(await confirm(SECOND)).toBe("confirmed");
  });

  test("of two who take it at once one has it", async () => {
    const both = await Promise.all(
      [OFFICER, SECOND].map((by) => repositories.cases.claim(id, by, EVERY_CASE)),
    );
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
  });

  test("is freed by a supervisor, and by itself when its holder was silent too long", async () => {
    await claim();
    expect(await release(SECOND, true)).toBe("new");
    await claim();
    await sql`UPDATE cases SET review_until = now() - interval '1 second' WHERE id = ${id}`.execute(
      database.db,
    );
    expect(await repositories.cases.releaseOverdue()).toBe(1);
    expect((await repositories.cases.get(id, EVERY_CASE))?.state).toBe("new");
    const what = (await repositories.cases.history(id)).map((entry) => [entry.what, entry.by]);
    expect(what).toEqual([
      ["claim", OFFICER.name],
      ["release", SECOND.name],
      ["claim", OFFICER.name],
      ["release", "server"],
    ]);
  });
});

describe("a rule that demands two", () => {
  beforeEach(async () => {
    id = await made("red-light");
  });

  test("is not satisfied by one person twice; both names go with the case", async () => {
    expect(await confirm()).toBe("in-review");
    expect(await forwardsOf(id)).toBe(0);
    expect(await confirm()).toBe("second-officer");
    expect(await claim()).toBe("second-officer");
    expect(await confirm(SECOND)).toBe("confirmed");
    const { rows } = await sql<{ by: string }>`
      SELECT body->>'decidedby' AS by FROM forwards WHERE event_id = ${id}`.execute(database.db);
    expect(rows).toEqual([{ by: "officer, second" }]);
  });

  test("is confirmed anew by both when it was corrected after the first, and the trail says so", async () => {
    expect(await confirm()).toBe("in-review");
    const plate = { field: "plate" as const, value: "29A12345" };
    const corrected = await repositories.cases.correct(id, plate, SECOND, EVERY_CASE);
    expect(corrected).toMatchObject({ ok: true, case: { state: "new", confirmations: 0 } });
    const [row] = await repositories.audit.list({ action: "case.correct", object: `case/${id}`, limit: 1 });
    expect(row?.detail).toEqual({ ...plate, confirmations_void: 1 });
    expect(await confirm(SECOND)).toBe("in-review");
    expect(await forwardsOf(id)).toBe(0);
    expect(await confirm(SECOND)).toBe("second-officer");
    expect(await confirm()).toBe("confirmed");
    expect(await forwardsOf(id)).toBe(1);
  });

  test("is rejected by either, and waits on for the second when one who looked at it left", async () => {
    expect(await confirm()).toBe("in-review");
    expect(await claim(SECOND)).toBe("in-review");
    expect(await release(SECOND)).toBe("in-review");
    expect(await reject(SECOND)).toBe("rejected");
    expect(await forwardsOf(id)).toBe(0);
  });
});

test("a correction stands beside what the box read, with its author, is found, and goes with the case", async () => {
  id = await made("wrong-way", "61B112345");
  const { cases } = repositories;
  const plate = { field: "plate" as const, value: "29MĐ112345", reason: "góc nhìn khác" };
  const corrected = await cases.correct(id, plate, OFFICER, EVERY_CASE);
  expect(corrected).toMatchObject({ ok: true, case: { correctedPlate: "29MĐ112345" } });
  expect((await cases.get(id, EVERY_CASE))?.event.data).toMatchObject({ plate: { text: "61B112345" } });
  const find = async (filter: { plate?: string; platePart?: string }) =>
    (await cases.list({ ...filter, scope: EVERY_CASE, limit: 10 })).map((found) => found.id);
  expect(await find({ plate: "61B112345" })).toEqual([id]);
  expect(await find({ plate: "29MD112345" })).toEqual([id]);
  expect(await find({ platePart: "D1123" })).toEqual([id]);
  expect(await find({ plate: "61B11234" })).toEqual([]);
  await confirm(SECOND);
  const { rows } = await sql<{ plate: string }>`
    SELECT body->>'correctedplate' AS plate FROM forwards WHERE event_id = ${id}`.execute(database.db);
  expect(rows).toEqual([{ plate: "29MĐ112345" }]);
  expect(outcome(await cases.correct(id, plate, OFFICER, EVERY_CASE))).toBe("already-decided");
  expect((await cases.history(id)).map(({ what, by }) => [what, by])).toEqual([
    ["plate", OFFICER.name],
    ["claim", SECOND.name],
    ["confirm", SECOND.name],
  ]);
});

test("every step is a row of the audit trail, under the name of who took it", async () => {
  await claim();
  await release();
  await reject(SECOND);
  await repositories.cases.close(id, SECOND, EVERY_CASE, "xong");
  const rows = await repositories.audit.list({ object: `case/${id}`, limit: 10 });
  expect(rows.reverse().map(({ action, actor, reason }) => [action, actor, reason])).toEqual([
    ["case.claim", OFFICER.name, null],
    ["case.release", OFFICER.name, null],
    ["case.claim", SECOND.name, null],
    ["case.reject", SECOND.name, "no"],
    ["case.close", SECOND.name, "xong"],
  ]);
});
