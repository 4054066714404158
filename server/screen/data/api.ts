// The server's HTTP interface as typed functions.
import type {
  Alert,
  AlertList,
  BoxList,
  CameraList,
  Case,
  CasePage,
  DecisionBody,
  EventPage,
  Summary,
} from "../../api/schemas.ts";
import type { FactorOffer, PasswordBody, Session, SignInBody } from "../../api/people-schemas.ts";
import { currentLanguage } from "../text/language.ts";
import { isProblem, RequestError } from "./problem.ts";

const TIMEOUT_MS = 10_000;
const BASE = "/api/v1";

/** What the server wants beside the cookie with every change; known once somebody is signed in. */
let csrf: string | undefined;
/** Called when an answer says that nobody is signed in any more. */
let onSignedOut = (): void => undefined;

export function whenSignedOut(call: () => void): void {
  onSignedOut = call;
}

/** Throws RequestError for every refusal and every failure on the way; a caller's own abort passes through. */
async function ask<T>(
  path: string,
  signal: AbortSignal | undefined,
  body?: unknown,
  method = body === undefined ? "GET" : "POST",
): Promise<T> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(`${BASE}${path}`, {
      method,
      headers: {
        accept: "application/json",
        "accept-language": currentLanguage(),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(method === "GET" || csrf === undefined ? {} : { "x-csrf-token": csrf }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    const answer: unknown = await response.json();
    if (response.ok) return answer as T;
    const problem = isProblem(answer) ? answer : undefined;
    if (problem?.type === "urn:ngatu:problem:sign-in-required" && path !== "/session") onSignedOut();
    throw new RequestError(problem);
  } catch (error) {
    if (error instanceof RequestError || signal?.aborted === true) throw error;
    throw new RequestError(undefined, { cause: error });
  }
}

/** A session as the server tells it, its token kept for later changes. */
async function begun(asked: Promise<Session>): Promise<Session> {
  const session = await asked;
  csrf = session.csrf;
  return session;
}

export const api = {
  session: (signal: AbortSignal): Promise<Session> => begun(ask("/session", signal)),
  signIn: (body: SignInBody): Promise<Session> => begun(ask("/session", undefined, body)),
  redeem: (ticket: string): Promise<Session> => begun(ask("/session/ticket", undefined, { ticket })),
  signOut: (): Promise<unknown> => ask("/session", undefined, undefined, "DELETE"),
  changePassword: (body: PasswordBody): Promise<Session> =>
    begun(ask("/session/password", undefined, body, "PUT")),
  offerSecondFactor: (current: string): Promise<FactorOffer> =>
    ask("/session/second-factor", undefined, { current }),
  confirmSecondFactor: (code: string): Promise<Session> =>
    begun(ask("/session/second-factor", undefined, { code }, "PUT")),
  summary: (signal: AbortSignal): Promise<Summary> => ask("/counts/summary", signal),
  events: (limit: number, signal: AbortSignal): Promise<EventPage> => ask(`/events?limit=${limit}`, signal),
  cases: (query: string, signal: AbortSignal): Promise<CasePage> => ask(`/cases?${query}`, signal),
  alerts: (limit: number, signal: AbortSignal): Promise<AlertList> => ask(`/alerts?limit=${limit}`, signal),
  boxes: (signal: AbortSignal): Promise<BoxList> => ask("/boxes", signal),
  cameras: (signal: AbortSignal): Promise<CameraList> => ask("/cameras", signal),
  decide: (id: string, decision: DecisionBody): Promise<Case> =>
    ask(`/cases/${id}/decision`, undefined, decision),
  claim: (id: string): Promise<Case> => ask(`/cases/${id}/review`, undefined, undefined, "POST"),
  release: (id: string): Promise<Case> => ask(`/cases/${id}/review`, undefined, undefined, "DELETE"),
  handle: (id: string, step: "acknowledge" | "resolve"): Promise<Alert> =>
    ask(`/alerts/${id}/${step}`, undefined, {}),
  stillOf: (id: string): string => `${BASE}/cases/${id}/still`,
};
