// Who asks: a person by the session's cookie, or a machine by its key.
import type { FastifyReply, FastifyRequest } from "fastify";
import type { PeopleDesk } from "../people/desk.ts";
import { Access } from "../people/access.ts";
import { isPermission, PERSONAL } from "../people/permission.ts";
import { csrfToken, secretHash } from "../people/secret.ts";
import type { Actor } from "../store/audit-chain.ts";
import type { Repositories } from "../store/repositories.ts";
import type { SignedIn } from "../store/sessions-repository.ts";
import type { Reach } from "./guard.ts";

/** What must be done before anything else may be. */
export type Due = "password" | "second-factor";

export interface Principal {
  readonly personId: string;
  readonly name: string;
  readonly displayName: string;
  readonly access: Access;
  readonly hasSecondFactor: boolean;
  readonly due: Due | undefined;
  /** Undefined for a machine. */
  readonly session:
    | { readonly id: string; readonly secret: string; readonly csrf: string; readonly expiresAt: Date }
    | undefined;
  /** As the audit trail names them. */
  readonly actor: Actor;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Undefined where nobody is signed in. */
    principal: Principal | undefined;
  }
}

export const TOKEN_PREFIX = "ngatu_";

/** `__Host-` makes browsers refuse the cookie for other names and without TLS; loopback has no TLS. */
export function cookieName({ secure }: Reach): string {
  return secure ? "__Host-ngatu" : "ngatu";
}

export function setSessionCookie(reply: FastifyReply, reach: Reach, secret: string): void {
  reply.setCookie(cookieName(reach), secret, {
    ...{ path: "/", httpOnly: true, sameSite: "strict", secure: reach.secure },
  });
}

export function clearSessionCookie(reply: FastifyReply, reach: Reach): void {
  reply.clearCookie(cookieName(reach), {
    path: "/",
    httpOnly: true,
    sameSite: "strict",
    secure: reach.secure,
  });
}

export interface PrincipalOptions {
  readonly repositories: Pick<Repositories, "sessions" | "apiTokens">;
  readonly desk: Pick<PeopleDesk, "secondFactorRoles">;
  readonly reach: Reach;
}

type SessionOptions = Pick<PrincipalOptions, "desk"> & {
  readonly repositories: Pick<Repositories, "sessions">;
};

/** Undefined for a request that shows neither, or one that has ended. */
export async function principalOf(
  request: FastifyRequest,
  { repositories: { sessions, apiTokens }, desk, reach }: PrincipalOptions,
): Promise<Principal | undefined> {
  const bearer = /^Bearer (\S{1,200})$/i.exec(request.headers.authorization ?? "")?.[1];
  if (bearer !== undefined) {
    if (!bearer.startsWith(TOKEN_PREFIX)) return undefined;
    const token = await apiTokens.find(secretHash(bearer));
    if (token === undefined || dueOf(token, desk) !== undefined) return undefined;
    const scopes = token.scopes.filter((scope) => isPermission(scope) && !PERSONAL.has(scope));
    return {
      ...someone(token, Access.of(token.grants, scopes)),
      due: undefined,
      session: undefined,
      actor: { id: token.personId, name: `${token.name}/${token.tokenName}`, address: request.ip },
    };
  }
  const secret = request.cookies[cookieName(reach)];
  return secret === undefined || secret.length > 100
    ? undefined
    : bySession(secret, request.ip, { repositories: { sessions }, desk });
}

/** Who holds this secret of a session; undefined when it has ended. */
export async function bySession(
  secret: string,
  address: string,
  { repositories: { sessions }, desk }: SessionOptions,
): Promise<Principal | undefined> {
  const session = await sessions.find(secretHash(secret));
  if (session === undefined) return undefined;
  const { id, expiresAt } = session;
  return {
    ...someone(session, Access.of(session.grants)),
    due: dueOf(session, desk),
    session: { id, secret, csrf: csrfToken(secret), expiresAt },
    actor: { id: session.personId, name: session.name, address },
  };
}

function someone({ personId, name, displayName, hasSecondFactor }: SignedIn, access: Access) {
  return { personId, name, displayName, hasSecondFactor, access };
}

function dueOf(
  { passwordDue, hasSecondFactor, grants }: SignedIn,
  { secondFactorRoles }: Pick<PeopleDesk, "secondFactorRoles">,
): Due | undefined {
  if (passwordDue) return "password";
  const needs = grants.some(({ role }) => secondFactorRoles.includes(role));
  return needs && !hasSecondFactor ? "second-factor" : undefined;
}
