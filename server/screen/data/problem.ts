// A request that the server refused, or that got no answer.
import type { Problem } from "../../api/schemas.ts";

export class RequestError extends Error {
  override readonly name = "RequestError";
  /** The server's own words, in the reader's language; undefined when it did not answer. */
  readonly problem: Problem | undefined;

  constructor(problem: Problem | undefined, options?: ErrorOptions) {
    super(problem?.title ?? "no answer", options);
    this.problem = problem;
  }
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "title" in value && typeof value.title === "string";
}
