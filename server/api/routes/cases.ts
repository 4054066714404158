// Cases that wait for a person, and the person's decision.
import { createReadStream, type ReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import Type from "typebox";
import type { FastifyRequest } from "fastify";
import { principal } from "../authorize.ts";
import type { Repositories } from "../dependencies.ts";
import type { Api } from "../instance.ts";
import { readPageMark } from "../page-mark.ts";
import { ProblemError } from "../problem.ts";
import { CASE_KINDS, CASE_STATES } from "../../store/case.ts";
import type { StoredEvidence } from "../../store/evidence.ts";
import { Case, CaseDetail, CasePage, DecisionBody } from "../schemas.ts";
import { caseScope, decideScope } from "../scope.ts";
import { arrivedStill, caseToWire, stillOf } from "../wire.ts";
import { Id, pageOf, pageQuery, problems } from "./shape.ts";

const Jpeg = {
  description: "JPEG",
  content: {
    "image/jpeg": {
      schema: Type.Unsafe<Buffer | ReadStream>({ type: "string", contentMediaType: "image/jpeg" }),
    },
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

const EvidenceId = Type.Object({ ...Id.properties, name: Type.String({ maxLength: 60 }) });

const File = {
  description: "The file; its hash is its entity tag",
  content: {
    "application/octet-stream": {
      schema: Type.Unsafe<ReadStream>({ type: "string", contentMediaType: "application/octet-stream" }),
    },
  },
};

/** Shown by a browser; anything else is only saved by it. */
const SHOWN = new Set(["image/jpeg", "video/mp4"]);

export function addCases(
  app: Api,
  { cases, audit }: Pick<Repositories, "cases" | "audit">,
  evidencePath: ((sha256: string) => string) | undefined,
): void {
  /** A file that has arrived; one that is on its way is not found yet. */
  const open = async (file: StoredEvidence | undefined): Promise<{ stream: ReadStream; bytes: number }> => {
    if (file?.arrivedAt === undefined || evidencePath === undefined) throw new ProblemError("not-found");
    const path = evidencePath(file.sha256);
    return { bytes: (await stat(path)).size, stream: createReadStream(path) };
  };
  /** The case, with a row of the audit trail that says who saw what of it. */
  const view = async (request: FastifyRequest, id: string, what: string) => {
    const { access, actor } = principal(request);
    const stored = await cases.get(id, caseScope(access));
    if (stored === undefined) throw new ProblemError("not-found");
    await audit.note({ actor, action: "case.view", object: `case/${id}`, detail: { what } });
    return stored;
  };

  app.get(
    "/cases",
    {
      config: { needs: ["traffic.read", "face.read"] },
      schema: {
        summary: "Cases, newest first",
        querystring: ListQuery,
        response: { 200: CasePage, ...problems },
      },
    },
    async (request) => {
      const { state, kind, before, limit = 50 } = request.query;
      const { access, actor } = principal(request);
      const scope = caseScope(access);
      const rows = await cases.list({ state, kind, before: readPageMark(before), scope, limit });
      const detail = { state, kind, before, cases: rows.map(({ id }) => id) };
      await audit.note({ actor, action: "case.list", object: "cases", detail });
      return pageOf(rows, limit, caseToWire, (row) => row);
    },
  );

  app.get(
    "/cases/:id",
    {
      config: { needs: ["traffic.read", "face.read"] },
      schema: { summary: "One case with its event", params: Id, response: { 200: CaseDetail, ...problems } },
    },
    async (request) => {
      const stored = await view(request, request.params.id, "case");
      return { ...caseToWire(stored), event: stored.event };
    },
  );

  app.get(
    "/cases/:id/still",
    {
      config: { needs: ["traffic.read", "face.read"] },
      schema: {
        summary: "The picture that came with a case, JPEG",
        params: Id,
        response: { 200: Jpeg, ...problems },
      },
    },
    async (request, reply) => {
      const stored = await view(request, request.params.id, "still");
      const still = stillOf(stored.event.data);
      if (still !== undefined) return reply.type("image/jpeg").send(still);
      const { stream } = await open(arrivedStill(stored));
      return reply.type("image/jpeg").send(stream);
    },
  );

  app.get(
    "/cases/:id/evidence/:name",
    {
      config: { needs: ["traffic.read", "face.read"] },
      schema: {
        summary: "An evidence file of a case that has arrived",
        params: EvidenceId,
        response: { 200: File, ...problems },
      },
    },
    async (request, reply) => {
      const { id, name } = request.params;
      const file = (await view(request, id, `evidence/${name}`)).evidence.find((one) => one.name === name);
      const { stream, bytes } = await open(file);
      const type =
        file !== undefined && SHOWN.has(file.mediaType) ? file.mediaType : "application/octet-stream";
      if (!SHOWN.has(type)) reply.header("content-disposition", "attachment");
      return reply
        .headers({ "content-length": bytes, etag: `"${file?.sha256 ?? ""}"` })
        .type(type)
        .send(stream);
    },
  );

  app.post(
    "/cases/:id/decision",
    {
      config: { needs: ["traffic.decide", "face.decide"] },
      schema: {
        summary: "Confirm a case, which forwards it, or reject it with a reason",
        params: Id,
        body: DecisionBody,
        response: { 200: Case, ...problems },
      },
    },
    async (request) => {
      const { decision, reason } = request.body;
      const { access, actor } = principal(request);
      if (decision === "reject" && reason === undefined) {
        throw new ProblemError("invalid-request", [{ field: "reason", keyword: "required" }]);
      }
      const result = await cases.decide(
        request.params.id,
        { decision, reason: reason?.trim(), by: actor },
        decideScope(access),
      );
      if (!result.ok) throw new ProblemError(result.fault);
      return caseToWire(result.case);
    },
  );
}
