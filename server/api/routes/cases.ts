// Cases that wait for a person, and the person's decision.
import { createReadStream, type ReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import Type from "typebox";
import type { Repositories } from "../dependencies.ts";
import type { Api } from "../instance.ts";
import { readPageMark } from "../page-mark.ts";
import { ProblemError } from "../problem.ts";
import { CASE_KINDS, CASE_STATES } from "../../store/case.ts";
import type { StoredEvidence } from "../../store/evidence.ts";
import { Case, CaseDetail, CasePage, DecisionBody } from "../schemas.ts";
import { arrivedStill, caseToWire, stillOf } from "../wire.ts";
import { Id, pageOf, pageQuery, problems } from "./shape.ts";

/** Whose name stands beside a decision while nobody can sign in: whoever sits at this machine. */
const DECIDED_BY = "loopback";

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
  { cases }: Pick<Repositories, "cases">,
  evidencePath: ((sha256: string) => string) | undefined,
): void {
  /** A file that has arrived; one that is on its way is not found yet. */
  const open = async (file: StoredEvidence | undefined): Promise<{ stream: ReadStream; bytes: number }> => {
    if (file?.arrivedAt === undefined || evidencePath === undefined) throw new ProblemError("not-found");
    const path = evidencePath(file.sha256);
    return { bytes: (await stat(path)).size, stream: createReadStream(path) };
  };
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
      const stored = await get(id);
      const still = stillOf(stored.event.data);
      if (still !== undefined) return reply.type("image/jpeg").send(still);
      const { stream } = await open(arrivedStill(stored));
      return reply.type("image/jpeg").send(stream);
    },
  );

  app.get(
    "/cases/:id/evidence/:name",
    {
      schema: {
        summary: "An evidence file of a case that has arrived",
        params: EvidenceId,
        response: { 200: File, ...problems },
      },
    },
    async ({ params: { id, name } }, reply) => {
      const file = (await get(id)).evidence.find((one) => one.name === name);
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
