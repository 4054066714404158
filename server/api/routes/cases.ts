// Cases as people read them: lists by whatever one looks for, one case, its still and its files.
import { createReadStream, type ReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import Type from "typebox";
import { Name } from "../../../contract/common.ts";
import type { FastifyRequest } from "fastify";
import { principal } from "../authorize.ts";
import type { Repositories } from "../dependencies.ts";
import type { Api } from "../instance.ts";
import { readPageMark } from "../page-mark.ts";
import { ProblemError } from "../problem.ts";
import { CASE_KINDS, CASE_STATES, searchPlate } from "../../store/case.ts";
import type { StoredEvidence } from "../../store/evidence.ts";
import { CaseDetail, CasePage } from "../schemas.ts";
import { caseScope } from "../scope.ts";
import { arrivedStill, caseToWire, stillOf } from "../wire.ts";
import { Id, pageOf, pageQuery, problems, timeSpan, toSpan } from "./shape.ts";

const Jpeg = {
  description: "JPEG",
  content: {
    "image/jpeg": {
      schema: Type.Unsafe<Buffer | ReadStream>({ type: "string", contentMediaType: "image/jpeg" }),
    },
  },
};

const plateText = { minLength: 3, maxLength: 20, pattern: "^[0-9A-Za-zĐđ .-]*$" };
const ListQuery = Type.Object(
  {
    ...pageQuery,
    ...timeSpan("of capture"),
    state: Type.Optional(Type.Enum([...CASE_STATES])),
    kind: Type.Optional(Type.Enum([...CASE_KINDS])),
    ...{ site: Type.Optional(Name), box: Type.Optional(Name), camera: Type.Optional(Name) },
    rule: Type.Optional(Name),
    plate: Type.Optional(
      Type.String({
        ...plateText,
        description: "the whole plate, read or corrected; separators don't matter",
      }),
    ),
    plate_part: Type.Optional(Type.String({ ...plateText, description: "three characters of it or more" })),
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
      const { before, from, to, plate, plate_part: part, limit = 50, ...filter } = request.query;
      const { access, actor } = principal(request);
      const rows = await cases.list({
        ...filter,
        ...toSpan({ from, to }),
        plate: searched("plate", plate),
        platePart: searched("plate_part", part),
        before: readPageMark(before),
        scope: caseScope(access),
        limit,
      });
      const detail = { query: request.query, cases: rows.map(({ id }) => id) };
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
}

/** As plates are stored; the least that an index can look for is three characters. */
function searched(field: string, text: string | undefined): string | undefined {
  const plate = text === undefined ? undefined : searchPlate(text);
  if (plate !== undefined && plate.length < 3)
    throw new ProblemError("invalid-request", [{ field, keyword: "plate" }]);
  return plate;
}
