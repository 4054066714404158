// Page marks of lists: the time and id of a page's last row, opaque to the caller.
import type { Cursor } from "../store/page.ts";
import { ProblemError } from "./problem.ts";

export function writePageMark({ time, id }: Cursor): string {
  return Buffer.from(`${time.toISOString()} ${id}`).toString("base64url");
}

/** Throws the problem `invalid-request`, naming `before`, for anything that writePageMark did not make. */
export function readPageMark(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined;
  const match = /^(\S{24}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(
    Buffer.from(text, "base64url").toString(),
  );
  const time = new Date(match?.[1] ?? Number.NaN);
  const id = match?.[2];
  if (Number.isNaN(time.getTime()) || id === undefined) {
    throw new ProblemError("invalid-request", [{ field: "before", keyword: "page" }]);
  }
  return { time, id };
}
