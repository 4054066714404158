// The server's HTTP interface as typed functions.
import type {
  AlertList,
  BoxList,
  CameraList,
  Case,
  CasePage,
  DecisionBody,
  EventPage,
  Summary,
} from "../../api/schemas.ts";
import { currentLanguage } from "../text/language.ts";
import { isProblem, RequestError } from "./problem.ts";

const TIMEOUT_MS = 10_000;
const BASE = "/api/v1";

/** Throws RequestError for every refusal and every failure on the way; a caller's own abort passes through. */
async function ask<T>(path: string, signal: AbortSignal | undefined, body?: unknown): Promise<T> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(`${BASE}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        accept: "application/json",
        "accept-language": currentLanguage(),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    const answer: unknown = await response.json();
    if (response.ok) return answer as T;
    throw new RequestError(isProblem(answer) ? answer : undefined);
  } catch (error) {
    if (error instanceof RequestError || signal?.aborted === true) throw error;
    throw new RequestError(undefined, { cause: error });
  }
}

export const api = {
  summary: (signal: AbortSignal): Promise<Summary> => ask("/counts/summary", signal),
  events: (limit: number, signal: AbortSignal): Promise<EventPage> => ask(`/events?limit=${limit}`, signal),
  cases: (query: string, signal: AbortSignal): Promise<CasePage> => ask(`/cases?${query}`, signal),
  alerts: (limit: number, signal: AbortSignal): Promise<AlertList> => ask(`/alerts?limit=${limit}`, signal),
  boxes: (signal: AbortSignal): Promise<BoxList> => ask("/boxes", signal),
  cameras: (signal: AbortSignal): Promise<CameraList> => ask("/cameras", signal),
  decide: (id: string, decision: DecisionBody): Promise<Case> =>
    ask(`/cases/${id}/decision`, undefined, decision),
  stillOf: (id: string): string => `${BASE}/cases/${id}/still`,
};
