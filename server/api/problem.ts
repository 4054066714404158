// RFC 9457 problem details: how a refusal is thrown inside and written outside.
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { type Language, readerLanguage } from "./language.ts";
import { FIELD_FAULTS, OTHER_FIELD_FAULT, PROBLEMS, type ProblemName } from "./problem-text.ts";
import type { Problem } from "./schemas.ts";

export interface FieldFault {
  readonly field: string;
  /** A JSON Schema keyword, or one of our own in FIELD_FAULTS. */
  readonly keyword: string;
  readonly limit?: string;
}

/** Thrown by a route to refuse a request for a reason that the caller can do something about. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: ProblemName;
  readonly fields: readonly FieldFault[];

  constructor(problem: ProblemName, fields: readonly FieldFault[] = []) {
    super(problem);
    this.problem = problem;
    this.fields = fields;
  }
}

export function describeProblem(
  problem: ProblemName,
  fields: readonly FieldFault[],
  language: Language,
  instance: string,
): Problem {
  const { status, title } = PROBLEMS[problem];
  const errors = fields.map(({ field, keyword, limit }) => ({
    field,
    detail: (FIELD_FAULTS[keyword] ?? OTHER_FIELD_FAULT)[language].replace("%", limit ?? ""),
  }));
  return {
    type: `urn:ngatu:problem:${problem}`,
    title: title[language],
    status,
    instance,
    ...(errors.length === 0
      ? {}
      : { detail: errors.map(({ field, detail }) => `${field} ${detail}`).join("; "), errors }),
  };
}

export async function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: ProblemName,
  fields: readonly FieldFault[] = [],
): Promise<FastifyReply> {
  const language = readerLanguage(request.headers["accept-language"]);
  const path = request.url.split("?", 1)[0] ?? "/";
  return reply
    .code(PROBLEMS[problem].status)
    .header("content-language", language)
    .type("application/problem+json; charset=utf-8")
    .serializer(JSON.stringify)
    .send(describeProblem(problem, fields, language, path));
}

/** Fields at fault of a request that did not fit its schema. */
function schemaFaults(error: FastifyError): FieldFault[] {
  return (error.validation ?? []).map(({ instancePath, keyword, params }) => {
    const inner = params["missingProperty"] ?? params["additionalProperty"];
    const path = typeof inner === "string" ? `${instancePath}/${inner}` : instancePath;
    const limit: unknown =
      params["allowedValues"] ?? params["allowedValue"] ?? params["limit"] ?? params[keyword];
    return {
      field: path.replace(/^\//, "") || (error.validationContext ?? "request"),
      keyword,
      ...(limit === undefined
        ? {}
        : { limit: (Array.isArray(limit) ? limit : [limit]).map(String).join(", ") }),
    };
  });
}

const BY_STATUS: Readonly<Record<number, ProblemName>> = {
  404: "not-found",
  413: "too-large",
  415: "not-json",
};

/** The one place where an error of a request becomes its answer; only faults of ours are logged as errors. */
export async function answerError(
  error: FastifyError | ProblemError,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (error instanceof ProblemError) return sendProblem(request, reply, error.problem, error.fields);
  if (error.validation !== undefined)
    return sendProblem(request, reply, "invalid-request", schemaFaults(error));
  const status = error.statusCode ?? 500;
  if (status < 500) return sendProblem(request, reply, BY_STATUS[status] ?? "refused");
  request.log.error({ err: error, route: request.routeOptions.url }, "a request failed");
  return sendProblem(request, reply, "fault");
}
