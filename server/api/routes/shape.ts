// Shapes that several routes share: ids, pages and the answers of a refusal.
import Type from "typebox";
import type { Cursor } from "../../store/page.ts";
import { writePageMark } from "../page-mark.ts";
import { ProblemError } from "../problem.ts";
import { Problem } from "../schemas.ts";

const uuid = Type.String({ format: "uuid" });
export const Id = Type.Object({ id: uuid });

export const pageQuery = {
  before: Type.Optional(Type.String({ maxLength: 120, description: "`next` of the page before" })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: "rows of a page; 50" })),
};

/** `from` (inclusive) and `to` (exclusive) of a list. */
export function timeSpan(what: string) {
  const time = (description: string) => Type.Optional(Type.String({ format: "date-time", description }));
  return { from: time(`${what}: at or after this`), to: time(`${what}: before this`) };
}

export function toSpan({ from, to }: { from?: string | undefined; to?: string | undefined }) {
  const date = (field: string, text: string | undefined) =>
    text === undefined ? undefined : readTime(field, text);
  return { from: date("from", from), to: date("to", to) };
}

/** Throws the problem `invalid-request` for a time that no clock here shows, such as a leap second. */
export function readTime(field: string, text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new ProblemError("invalid-request", [{ field, keyword: "time" }]);
  return time;
}

const problem = {
  description: "RFC 9457 problem details",
  content: { "application/problem+json": { schema: Problem } },
};
export const problems = { "4xx": problem, "5xx": problem };

/** A page of rows, and where the next begins; a page that is not full is the last. */
export function pageOf<R, T>(
  rows: readonly R[],
  limit: number,
  toWire: (row: R) => T,
  markOf: (row: R) => Cursor,
): { items: T[]; next?: string } {
  const last = rows.length < limit ? undefined : rows.at(-1);
  return { items: rows.map(toWire), ...(last === undefined ? {} : { next: writePageMark(markOf(last)) }) };
}
