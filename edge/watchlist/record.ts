// A fresh entry of the watch list: who is looked for, why, on whose authority and until when.
import { v7 as uuidv7 } from "uuid";
import { EnrolError } from "./enrol-error.ts";
import type { EntryRecord } from "./entry.ts";

export interface EntryRequest {
  readonly name: string;
  readonly reason: string;
  /** A day (00:00 UTC) or RFC 3339. */
  readonly expires: string;
  readonly authority?: string | undefined;
  readonly requester?: string | undefined;
}

/** Everything of a fresh entry but what is looked for. Throws {@link EnrolError} for what is missing, malformed or past. */
export function recordOf(request: EntryRequest, nowMs: number): EntryRecord {
  const name = request.name.trim();
  const reason = request.reason.trim();
  if (name === "" || reason === "") throw new EnrolError("incomplete", "an entry needs a name and a reason");
  const expiresMs = Date.parse(request.expires);
  if (!isDay(request.expires.slice(0, 10)) || Number.isNaN(expiresMs)) {
    throw new EnrolError("bad-expiry", `${request.expires} is no date like 2027-01-01`);
  }
  if (expiresMs <= nowMs) throw new EnrolError("bad-expiry", `${request.expires} is past`);
  return {
    id: uuidv7(),
    name,
    reason,
    ...(request.authority === undefined ? {} : { authority: request.authority }),
    ...(request.requester === undefined ? {} : { requester: request.requester }),
    created: new Date(nowMs).toISOString(),
    expires: new Date(expiresMs).toISOString(),
  };
}

/** Whether it is a day of the calendar: JavaScript alone takes 2027-02-31 for 3 March. */
function isDay(text: string): boolean {
  const midnightMs = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(midnightMs) && new Date(midnightMs).toISOString().startsWith(text);
}
