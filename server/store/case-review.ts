// A case in people's hands: held by one at a time, decided, by two where its rule demands, corrected, closed.
import { sql, type UpdateObject } from "kysely";
import type { Envelope } from "../../contract/event.ts";
import { announce } from "./announcement.ts";
import { type Actor, SERVER } from "./audit-chain.ts";
import type { AuditTrail } from "./audit-repository.ts";
import {
  CASE_TRANSITIONS,
  type CaseFault,
  type CaseKind,
  type CaseResult,
  type CaseState,
  type CaseStep,
  type Correction,
  type Decision,
  PERSONS_STEPS,
  type StoredCase,
} from "./case.ts";
import { findCase } from "./case-rows.ts";
import type { Database, Queries } from "./database.ts";
import type { DestinationsFor, ForwardKind } from "./forward.ts";
import { queueForwards } from "./queue-forwards.ts";
import { type CaseScope, EVERY_CASE } from "./scope.ts";
import type { Tables } from "./tables.ts";

export interface CaseReviewOptions {
  readonly destinationsFor: DestinationsFor;
  /** Whether cases of this rule need the confirmation of two people. */
  readonly needsTwo: (rule: string) => boolean;
  /** How long a case stays with whoever took it and does nothing. */
  readonly holdMs: number;
}

/** Each is one transaction: the case, its step, what follows from it, the audit trail. Every screen hears of it. */
export interface CaseReview {
  /** Takes a case to review it, or goes on with it: nobody else decides it meanwhile. */
  claim(id: string, by: Actor, scope: CaseScope): Promise<CaseResult>;
  /** Gives it back; `anyones`: somebody else's too. */
  release(id: string, by: Actor, scope: CaseScope, anyones?: boolean): Promise<CaseResult>;
  /** Decides a case that is new, or the decider's own to review. */
  decide(id: string, decision: Decision, scope: CaseScope): Promise<CaseResult>;
  /** Beside what the box said, until it is decided. Confirmations before it were of something else: they are void. */
  correct(id: string, correction: Correction, by: Actor, scope: CaseScope): Promise<CaseResult>;
  close(id: string, by: Actor, scope: CaseScope, reason?: string): Promise<CaseResult>;
  /** Gives back what was held too long; returns how many. */
  releaseOverdue(): Promise<number>;
}

/** What a step changes beside the state. */
type Change = Omit<UpdateObject<Tables, "cases">, "state" | "reason">;

const FORWARD_KINDS: Readonly<Record<CaseKind, ForwardKind>> = {
  traffic: "traffic-case",
  face: "face-match",
};
const NOBODY: Change = { reviewerId: null, reviewer: null, reviewUntil: null };
const MOST_OVERDUE = 500;

export function createCaseReview(
  db: Database,
  { destinationsFor, needsTwo, holdMs }: CaseReviewOptions,
  audit: AuditTrail,
): CaseReview {
  /** Reads the case for itself alone, lets `act` change it, and tells whoever listens. */
  function changing(
    id: string,
    scope: CaseScope,
    act: (trx: Queries, found: StoredCase) => Promise<CaseFault | undefined>,
  ): Promise<CaseResult> {
    return db.transaction().execute(async (trx): Promise<CaseResult> => {
      const found = await findCase(trx, id, scope, true);
      const fault = found === undefined ? "not-found" : await act(trx, found);
      if (fault !== undefined) return { ok: false, fault };
      const after = await findCase(trx, id, scope);
      return after === undefined ? { ok: false, fault: "not-found" } : { ok: true, case: after };
    });
  }

  async function take(
    trx: Queries,
    { id, version }: Pick<StoredCase, "id" | "version">,
    step: CaseStep,
    by: Actor,
    { state, reason, ...change }: { state: CaseState; reason?: string | undefined } & Change,
    forwards = false,
  ): Promise<void> {
    if (PERSONS_STEPS.has(step) && by.id === undefined) throw new TypeError(`${step} is a person's step`);
    const written = step === "reject" ? { reason: reason ?? null } : {};
    await trx
      .updateTable("cases")
      .set({ ...change, ...written, state, version: version + 1 })
      .where("id", "=", id)
      .execute();
    await noteStep(trx, {
      caseId: id,
      actorId: by.id ?? null,
      actor: by.name,
      step,
      state,
      reason: reason ?? null,
    });
    await announce(trx, { cases: [id], forwards }, "everybody");
    await audit.append(trx, [{ actor: by, action: `case.${step}`, object: `case/${id}`, reason }]);
  }

  const hold = (by: Actor): Change => ({
    reviewerId: by.id ?? null,
    reviewer: by.name,
    reviewUntil: sql<Date>`now() + ${holdMs} * interval '1 millisecond'`,
  });

  async function isHeldByAnother(trx: Queries, { id }: StoredCase, by: Actor): Promise<boolean> {
    const row = await trx
      .selectFrom("cases")
      .select(sql<boolean>`coalesce(reviewer_id <> ${by.id} AND review_until > now(), false)`.as("held"))
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    return row.held;
  }

  /** Those whose confirmation holds, the first first: the last ones, as many as the case counts. */
  const confirmedBy = async (trx: Queries, { id, confirmations }: StoredCase) => {
    const latest = await trx
      .selectFrom("caseSteps")
      .select(["actorId", "actor"])
      .where("caseId", "=", id)
      .where("step", "=", "confirm")
      .orderBy("id", "desc")
      .limit(confirmations)
      .execute();
    return latest.reverse();
  };

  return {
    claim: (id, by, scope) =>
      changing(id, scope, async (trx, found) => {
        if (found.state !== "new" && found.state !== "in-review") return "already-decided";
        if (await isHeldByAnother(trx, found, by)) return "in-review";
        if ((await confirmedBy(trx, found)).some(({ actorId }) => actorId === by.id)) return "second-officer";
        if (found.review?.byId === by.id) await extend(trx, id, hold(by));
        else await take(trx, found, "claim", by, { state: "in-review", ...hold(by) });
        return undefined;
      }),

    release: (id, by, scope, anyones = false) =>
      changing(id, scope, async (trx, found) => {
        if (found.state !== "in-review" || found.review === undefined) return "not-held";
        if (found.review.byId !== by.id && !anyones) return "not-held";
        // With one confirmation of two it goes on waiting for the second.
        const state = found.confirmations > 0 ? "in-review" : "new";
        await take(trx, found, "release", by, { state, ...NOBODY });
        return undefined;
      }),

    decide: (id, { decision, reason, by }, scope) =>
      changing(id, scope, async (trx, found) => {
        if (await isHeldByAnother(trx, found, by)) return "in-review";
        let version = found.version;
        let state: CaseState = found.state;
        if (state === "new") {
          await take(trx, found, "claim", by, { state: "in-review", ...hold(by) });
          state = "in-review";
          version += 1;
        }
        const decided = CASE_TRANSITIONS[state][decision];
        if (decided === undefined) return "already-decided";
        const before = decision === "confirm" ? await confirmedBy(trx, found) : [];
        if (before.some(({ actorId }) => actorId === by.id)) return "second-officer";
        const deciders = [...before.map(({ actor }) => actor), by.name];
        const enough = decision === "reject" || deciders.length >= (needsTwo(found.rule) ? 2 : 1);
        const confirmations = decision === "confirm" ? deciders.length : found.confirmations;
        const one = { id, version };
        if (!enough) {
          await take(trx, one, decision, by, { state: "in-review", confirmations, ...NOBODY });
          return undefined;
        }
        const decidedBy = deciders.join(", ");
        const decidedAt = sql<Date>`now()`;
        const confirmed = decided === "confirmed";
        if (confirmed) await queue(trx, found, decidedBy);
        await take(
          trx,
          one,
          decision,
          by,
          { state: decided, reason, decidedBy, decidedAt, confirmations, ...NOBODY },
          confirmed,
        );
        return undefined;
      }),

    correct: (id, { field, value, reason }, by, scope) =>
      changing(id, scope, async (trx, found) => {
        if (found.state !== "new" && found.state !== "in-review") return "already-decided";
        if (await isHeldByAnother(trx, found, by)) return "in-review";
        if (by.id === undefined) throw new TypeError("a correction has an author");
        const state = found.review === undefined ? "new" : found.state;
        const voided = found.confirmations > 0 ? { confirmations_void: found.confirmations } : {};
        const column = field === "plate" ? "correctedPlate" : "correctedClass";
        await trx
          .updateTable("cases")
          .set({ [column]: value, version: found.version + 1, confirmations: 0, state })
          .where("id", "=", id)
          .execute();
        await trx
          .insertInto("caseCorrections")
          .values({ caseId: id, authorId: by.id, author: by.name, field, value, reason: reason ?? null })
          .execute();
        await announce(trx, { cases: [id] }, "everybody");
        const detail = { field, value, ...voided };
        await audit.append(trx, [
          { actor: by, action: "case.correct", object: `case/${id}`, reason, detail },
        ]);
        return undefined;
      }),

    close: (id, by, scope, reason) =>
      changing(id, scope, async (trx, found) => {
        const state = CASE_TRANSITIONS[found.state].close;
        if (state === undefined) return "already-decided";
        await take(trx, found, "close", by, { state, reason });
        return undefined;
      }),

    async releaseOverdue() {
      const overdue = await db
        .selectFrom("cases")
        .select("id")
        .where("reviewUntil", "<", sql<Date>`now()`)
        .where("state", "=", "in-review")
        .limit(MOST_OVERDUE)
        .execute();
      let released = 0;
      for (const { id } of overdue) {
        const result = await changing(id, EVERY_CASE, async (trx, found) => {
          // Somebody may have gone on with it meanwhile, or decided it.
          if (found.state !== "in-review" || !(await isOverdue(trx, id))) return "not-held";
          const state = found.confirmations > 0 ? "in-review" : "new";
          await take(trx, found, "release", SERVER, { state, reason: "overdue", ...NOBODY });
          return undefined;
        });
        if (result.ok) released += 1;
      }
      return released;
    },
  };

  async function queue(trx: Queries, found: StoredCase, decidedBy: string): Promise<void> {
    const event = withDecision(found, decidedBy, new Date());
    await queueForwards(
      trx,
      [{ eventId: found.id, kind: FORWARD_KINDS[found.kind], event }],
      destinationsFor,
    );
  }
}

async function isOverdue(trx: Queries, id: string): Promise<boolean> {
  const overdue = sql<boolean>`review_until < now()`.as("overdue");
  const row = await trx.selectFrom("cases").select(overdue).where("id", "=", id).executeTakeFirst();
  return row?.overdue === true;
}

/** One row; whoever goes on with what they hold already leaves none. */
async function noteStep(
  trx: Queries,
  step: {
    caseId: string;
    actorId: string | null;
    actor: string;
    step: CaseStep;
    state: CaseState;
    reason: string | null;
  },
): Promise<void> {
  await trx.insertInto("caseSteps").values(step).execute();
}

async function extend(trx: Queries, id: string, change: Change): Promise<void> {
  await trx.updateTable("cases").set(change).where("id", "=", id).execute();
  await announce(trx, { cases: [id] }, "everybody");
}

/** The event as forwarded: who decided, when, and what people saw otherwise travel as CloudEvents extension attributes. */
function withDecision(
  { event, correctedPlate, correctedClass }: StoredCase,
  decidedBy: string,
  at: Date,
): Envelope & Record<string, unknown> {
  return {
    ...event,
    decidedby: decidedBy,
    decidedat: at.toISOString(),
    ...(correctedPlate === undefined ? {} : { correctedplate: correctedPlate }),
    ...(correctedClass === undefined ? {} : { correctedclass: correctedClass }),
  };
}
