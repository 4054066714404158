// Cases that wait for a person, and the person's decision.
import Type from "typebox";
import type { Repositories } from "../dependencies.ts";
import type { Api } from "../instance.ts";
import { readPageMark } from "../page-mark.ts";
import { ProblemError } from "../problem.ts";
import { CASE_KINDS, CASE_STATES } from "../../store/case.ts";
import { Case, CaseDetail, CasePage, DecisionBody } from "../schemas.ts";
import { caseToWire, stillOf } from "../wire.ts";
import { Id, pageOf, pageQuery, problems } from "./shape.ts";

/** Whose name stands beside a decision while nobody can sign in: whoever sits at this machine. */
const DECIDED_BY = "loopback";

const Jpeg = {
  description: "JPEG",
  content: {
    "image/jpeg": { schema: Type.Unsafe<Buffer>({ type: "string", contentMediaType: "image/jpeg" }) },
  },
};

const ListQuery = Type.Object(
  {
    ...pageQuery,
    state: Type.Optional(Type.Enum([...CASE_STATES])),
    kind: Type.Optional(Type.Enum([...CASE_KINDS])),
  },
  { additionalProperties: false },
);

export function addCases(app: Api, { cases }: Pick<Repositories, "cases">): void {
  const get = async (id: string) => {
    const stored = await cases.get(id);
    if (stored === undefined) throw new ProblemError("not-found");
    return stored;
  };

  app.get(
    "/cases",
    {
      schema: {
        summary: "Cases, newest first",
        querystring: ListQuery,
        response: { 200: CasePage, ...problems },
      },
    },
    async ({ query: { state, kind, before, limit = 50 } }) =>
      pageOf(
        await cases.list({ state, kind, before: readPageMark(before), limit }),
        limit,
        caseToWire,
        (row) => row,
      ),
  );

  app.get(
    "/cases/:id",
    {
      schema: { summary: "One case with its event", params: Id, response: { 200: CaseDetail, ...problems } },
    },
    async ({ params: { id } }) => {
      const stored = await get(id);
      return { ...caseToWire(stored), event: stored.event };
    },
  );

  app.get(
    "/cases/:id/still",
    {
      schema: {
        summary: "The picture that came with a case, JPEG",
        params: Id,
        response: { 200: Jpeg, ...problems },
      },
    },
    async ({ params: { id } }, reply) => {
      const still = stillOf((await get(id)).event.data);
      if (still === undefined) throw new ProblemError("not-found");
      return reply.type("image/jpeg").send(still);
    },
  );

  app.post(
    "/cases/:id/decision",
    {
      schema: {
        summary: "Confirm a case, which forwards it, or reject it with a reason",
        params: Id,
        body: DecisionBody,
        response: { 200: Case, ...problems },
      },
    },
    async ({ params: { id }, body: { decision, reason } }) => {
      if (decision === "reject" && reason === undefined) {
        throw new ProblemError("invalid-request", [{ field: "reason", keyword: "required" }]);
      }
      const result = await cases.decide(id, { decision, reason: reason?.trim(), by: DECIDED_BY });
      if (!result.ok) throw new ProblemError(result.fault);
      return caseToWire(result.case);
    },
  );
}
