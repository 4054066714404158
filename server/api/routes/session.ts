// Signing in and out, and what people look after themselves: password, second factor, their sessions.
import type { FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { PeopleDesk } from "../../people/desk.ts";
import { PASSWORD_LENGTH, passwordFault, PasswordsBusyError } from "../../people/password.ts";
import { factorAddress, newFactor, stepOfCode } from "../../people/second-factor.ts";
import type { Origin, SignInResult } from "../../people/sign-in.ts";
import { sessionOf } from "../authorize.ts";
import type { Repositories } from "../dependencies.ts";
import type { Reach } from "../guard.ts";
import type { Api } from "../instance.ts";
import {
  CodeBody,
  CurrentPasswordBody,
  FactorOffer,
  PasswordBody,
  Session,
  SessionList,
  SignInBody,
  TicketBody,
} from "../people-schemas.ts";
import { bySession, clearSessionCookie, type Principal, setSessionCookie } from "../principal.ts";
import { ProblemError } from "../problem.ts";
import { problems } from "./shape.ts";

export interface SessionRoutesOptions {
  readonly repositories: Pick<Repositories, "people" | "sessions" | "apiTokens" | "audit">;
  readonly desk: PeopleDesk;
  readonly reach: Reach;
  /** Requests a minute and address that may try a password or a code. */
  readonly attemptsPerMinute: number;
  readonly now: () => Date;
}

const Done = Type.Object({ done: Type.Literal(true) });
const DONE = { done: true } as const;

export function addSession(app: Api, options: SessionRoutesOptions): void {
  const { repositories, desk, reach, now } = options;
  const { people, sessions, audit } = repositories;
  const attempts = { rateLimit: { max: options.attemptsPerMinute, timeWindow: 60_000 } };

  /** Gives the browser its cookie, and answers as `GET /session` would. */
  async function begin(request: FastifyRequest, reply: FastifyReply, secret: string): Promise<Session> {
    setSessionCookie(reply, reach, secret);
    const found = await bySession(secret, request.ip, { repositories, desk });
    if (found === undefined) throw new ProblemError("sign-in-failed");
    return sessionToWire(found);
  }

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    attempt: Promise<SignInResult>,
  ): Promise<Session> {
    const result = await whenNotBusy(attempt);
    if (result.ok) return begin(request, reply, result.secret);
    if (result.fault === "locked") {
      reply.header("retry-after", result.forS);
      throw new ProblemError("too-many-attempts");
    }
    throw new ProblemError(result.fault === "wrong" ? "sign-in-failed" : "code-required");
  }

  /** The person's own password once more, before something that only they may do. Counted like a sign-in. */
  async function prove(request: FastifyRequest, current: string): Promise<Principal & { name: string }> {
    const found = sessionOf(request);
    const result = await whenNotBusy(desk.signIn.prove(found.personId, current, originOf(request)));
    if (result === "locked") throw new ProblemError("too-many-attempts");
    if (result === "wrong")
      throw new ProblemError("invalid-request", [{ field: "current", keyword: "wrong" }]);
    return found;
  }

  app.post(
    "/session",
    {
      config: { needs: "anyone", ...attempts },
      schema: {
        summary: "Sign in; the session's cookie comes with the answer",
        body: SignInBody,
        response: { 200: Session, ...problems },
      },
    },
    (request, reply) =>
      answer(request, reply, desk.signIn.attempt({ ...request.body, ...originOf(request) })),
  );

  app.post(
    "/session/ticket",
    {
      config: { needs: "anyone", ...attempts },
      schema: {
        summary: "Sign in by a one-time link",
        body: TicketBody,
        response: { 200: Session, ...problems },
      },
    },
    (request, reply) => answer(request, reply, desk.signIn.redeem(request.body.ticket, originOf(request))),
  );

  app.get(
    "/session",
    {
      config: { needs: "signed-in" },
      schema: { summary: "Who is signed in, and what they may do", response: { 200: Session, ...problems } },
    },
    (request) => sessionToWire(sessionOf(request)),
  );

  app.delete(
    "/session",
    {
      config: { needs: "signed-in" },
      schema: { summary: "Sign out", response: { 200: Done, ...problems } },
    },
    async (request, reply) => {
      const { session, actor, name } = sessionOf(request);
      await sessions.end(session.id);
      await audit.note({ actor, action: "session.end", object: `person/${name}` });
      clearSessionCookie(reply, reach);
      return DONE;
    },
  );

  app.get(
    "/sessions",
    {
      config: { needs: "signed-in" },
      schema: { summary: "One's own sessions", response: { 200: SessionList, ...problems } },
    },
    async (request) => {
      const { personId, session } = sessionOf(request);
      return {
        items: (await sessions.list(personId)).map(({ id, address, agent, ...times }) => ({
          ...{ id, current: id === session.id, address, agent },
          created_at: times.createdAt.toISOString(),
          seen_at: times.seenAt.toISOString(),
          expires_at: times.expiresAt.toISOString(),
        })),
      };
    },
  );

  app.delete(
    "/sessions",
    {
      config: { needs: "signed-in" },
      schema: { summary: "Sign out everywhere", response: { 200: Done, ...problems } },
    },
    async (request, reply) => {
      const { personId, actor, name } = sessionOf(request);
      const ended = await sessions.endAll(personId);
      await audit.note({ actor, action: "session.end-all", object: `person/${name}`, detail: { ended } });
      clearSessionCookie(reply, reach);
      return DONE;
    },
  );

  app.put(
    "/session/password",
    {
      config: { needs: "signed-in", ...attempts },
      schema: {
        summary: "Change one's password; all other sessions end",
        body: PasswordBody,
        response: { 200: Session, ...problems },
      },
    },
    async (request, reply) => {
      const { current, password } = request.body;
      const found = await prove(request, current);
      const fault = password === current ? "guessable" : passwordFault(password, found.name);
      if (fault !== undefined) {
        const limit = String(PASSWORD_LENGTH.least);
        throw new ProblemError("invalid-request", [{ field: "password", keyword: fault, limit }]);
      }
      const hash = await whenNotBusy(desk.passwords.hash(password));
      await people.setPassword(found.personId, hash, undefined, found.actor);
      return begin(request, reply, await desk.signIn.renew(found.personId, originOf(request)));
    },
  );

  app.post(
    "/session/second-factor",
    {
      config: { needs: "signed-in", ...attempts },
      schema: {
        summary: "Offer a secret for the authenticator app; it holds once a code has confirmed it",
        body: CurrentPasswordBody,
        response: { 200: FactorOffer, ...problems },
      },
    },
    async (request) => {
      const { personId, name } = await prove(request, request.body.current);
      const factor = newFactor();
      await people.offerSecondFactor(personId, desk.key.seal(factor, personId));
      return factorAddress(factor, name);
    },
  );

  app.put(
    "/session/second-factor",
    {
      config: { needs: "signed-in", ...attempts },
      schema: {
        summary: "Confirm the offered secret by a code; all other sessions end",
        body: CodeBody,
        response: { 200: Session, ...problems },
      },
    },
    async (request, reply) => {
      const { personId, actor } = sessionOf(request);
      const known = await people.credentials({ id: personId });
      const offered = known?.secondFactorNew;
      const step =
        offered === undefined
          ? undefined
          : stepOfCode(desk.key.open(offered, personId), request.body.code, now().getTime(), 0);
      if (step === undefined)
        throw new ProblemError("invalid-request", [{ field: "code", keyword: "wrong" }]);
      await people.confirmSecondFactor(personId, step, actor);
      await sessions.endAll(personId);
      return begin(request, reply, await desk.signIn.renew(personId, originOf(request)));
    },
  );

  app.delete(
    "/session/second-factor",
    {
      config: { needs: "signed-in", ...attempts },
      schema: {
        summary: "Go without a second factor, where one's roles allow it",
        body: CurrentPasswordBody,
        response: { 200: Done, ...problems },
      },
    },
    async (request) => {
      const { personId, actor } = await prove(request, request.body.current);
      await people.removeSecondFactor(personId, actor);
      return DONE;
    },
  );
}

function originOf(request: FastifyRequest): Origin {
  return { address: request.ip, agent: request.headers["user-agent"] ?? "" };
}

async function whenNotBusy<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof PasswordsBusyError ? new ProblemError("busy") : error;
  }
}

function sessionToWire({ name, displayName, access, due, hasSecondFactor, session }: Principal): Session {
  if (session === undefined) throw new ProblemError("no-permission");
  return {
    ...{ name, display_name: displayName, permissions: access.permissions, csrf: session.csrf },
    ...(due === undefined ? {} : { due }),
    second_factor: hasSecondFactor,
    expires_at: session.expiresAt.toISOString(),
  };
}
