// A case in people's hands: taken to review, given back, corrected, decided, closed, and its way until now.
import type { FastifyRequest } from "fastify";
import type { Static } from "typebox";
import { VEHICLE_CLASSES } from "../../../contract/common.ts";
import type { CaseResult, Correction } from "../../store/case.ts";
import { principal } from "../authorize.ts";
import type { Repositories } from "../dependencies.ts";
import type { Api } from "../instance.ts";
import { ProblemError } from "../problem.ts";
import { Case, CaseHistory, CloseBody, CorrectionBody, DecisionBody } from "../schemas.ts";
import { caseScope, decideScope } from "../scope.ts";
import { includesSite } from "../../store/scope.ts";
import { caseToWire } from "../wire.ts";
import { Id, problems } from "./shape.ts";

const DECIDES = ["traffic.decide", "face.decide"] as const;
/** Letters and digits of a plate of any kind, separators and spaces between them. */
const PLATE = /^[0-9A-ZĐ]{4,12}$/;

export function addCaseReview(app: Api, { cases, audit }: Pick<Repositories, "cases" | "audit">): void {
  /** Who asks, and which cases they may decide. */
  const asked = (request: FastifyRequest) => {
    const { actor, access } = principal(request);
    return { actor, access, scope: decideScope(access) };
  };

  app.post(
    "/cases/:id/review",
    {
      config: { needs: DECIDES },
      schema: {
        summary: "Take a case to review, or go on with it: nobody else decides it meanwhile",
        params: Id,
        response: { 200: Case, ...problems },
      },
    },
    async (request) => {
      const { actor, scope } = asked(request);
      return answer(await cases.claim(request.params.id, actor, scope));
    },
  );

  app.delete(
    "/cases/:id/review",
    {
      config: { needs: [...DECIDES, "case.free"] },
      schema: {
        summary: "Give a case back undecided; a supervisor also somebody else's",
        params: Id,
        response: { 200: Case, ...problems },
      },
    },
    async (request) => {
      const { actor, access, scope } = asked(request);
      const { id } = request.params;
      const found = await cases.get(id, caseScope(access));
      const frees = found !== undefined && includesSite(access.sites("case.free"), found.site);
      return answer(await cases.release(id, actor, scope, frees));
    },
  );

  app.post(
    "/cases/:id/corrections",
    {
      config: { needs: DECIDES },
      schema: {
        summary: "Say what plate or class it really is, beside what the box read, until it is decided",
        params: Id,
        body: CorrectionBody,
        response: { 200: Case, ...problems },
      },
    },
    async (request) => {
      const { actor, scope } = asked(request);
      return answer(await cases.correct(request.params.id, checked(request.body), actor, scope));
    },
  );

  app.post(
    "/cases/:id/decision",
    {
      config: { needs: DECIDES },
      schema: {
        summary:
          "Confirm a case, which forwards it once enough people have, or reject it with a reason; a new one is taken first",
        params: Id,
        body: DecisionBody,
        response: { 200: Case, ...problems },
      },
    },
    async (request) => {
      const { decision, reason } = request.body;
      const { actor, scope } = asked(request);
      if (decision === "reject" && reason === undefined) {
        throw new ProblemError("invalid-request", [{ field: "reason", keyword: "required" }]);
      }
      const by = { decision, reason: reason?.trim(), by: actor };
      return answer(await cases.decide(request.params.id, by, scope));
    },
  );

  app.post(
    "/cases/:id/close",
    {
      config: { needs: DECIDES },
      schema: {
        summary: "Close a case that is decided",
        params: Id,
        body: CloseBody,
        response: { 200: Case, ...problems },
      },
    },
    async (request) => {
      const { actor, scope } = asked(request);
      return answer(await cases.close(request.params.id, actor, scope, request.body.reason?.trim()));
    },
  );

  app.get(
    "/cases/:id/history",
    {
      config: { needs: ["traffic.read", "face.read"] },
      schema: {
        summary: "Every step and correction of a case, the first first",
        params: Id,
        response: { 200: CaseHistory, ...problems },
      },
    },
    async (request) => {
      const { actor, access } = principal(request);
      const { id } = request.params;
      if ((await cases.get(id, caseScope(access))) === undefined) throw new ProblemError("not-found");
      await audit.note({ actor, action: "case.view", object: `case/${id}`, detail: { what: "history" } });
      const entries = await cases.history(id);
      return {
        items: entries.map(({ at, reason, ...entry }) => ({
          ...entry,
          at: at.toISOString(),
          ...(reason === undefined ? {} : { reason }),
        })),
      };
    },
  );
}

function answer(result: CaseResult): Case {
  if (!result.ok) throw new ProblemError(result.fault);
  return caseToWire(result.case);
}

/** Throws the problem `invalid-request` for what is no plate, or no class of vehicle. */
function checked({ field, value, reason }: Static<typeof CorrectionBody>): Correction {
  const why = reason?.trim();
  if (field === "class") {
    if (!VEHICLE_CLASSES.some((name) => name === value)) {
      const limit = VEHICLE_CLASSES.join(", ");
      throw new ProblemError("invalid-request", [{ field: "value", keyword: "enum", limit }]);
    }
    return { field, value, reason: why };
  }
  const plate = value.toUpperCase().replaceAll(/[\s.-]/g, "");
  if (!PLATE.test(plate)) throw new ProblemError("invalid-request", [{ field: "value", keyword: "plate" }]);
  return { field, value: plate, reason: why };
}
