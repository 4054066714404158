// Every route says who may ask it; this asks every request. A route that says nothing fails the start, and answers nobody.
import type { FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import type { Permission } from "../people/permission.ts";
import { equalSecrets } from "../people/secret.ts";
import type { AuditTrail } from "../store/audit-repository.ts";
import { isReading } from "./guard.ts";
import type { Api } from "./instance.ts";
import { type Principal, principalOf, type PrincipalOptions } from "./principal.ts";
import { ProblemError, sendProblem } from "./problem.ts";

/** A permission, any one of several, or: whoever is signed in (a person, not a machine); anybody at all. */
export type Needs = Permission | readonly [Permission, ...Permission[]] | "signed-in" | "anyone";

declare module "fastify" {
  interface FastifyContextConfig {
    needs?: Needs;
  }
}

/** One route and who may ask it. */
export interface StatedRoute {
  readonly method: string;
  readonly url: string;
  readonly needs: Needs | undefined;
}

/** A route was added that does not say who may ask it. */
export class UnstatedRouteError extends Error {
  override readonly name = "UnstatedRouteError";
}

const stated = new WeakMap<Api, RouteOptions[]>();

/** Routes of an app that has been made ready, in the order of adding; HEAD goes with its GET. */
export function statedRoutes(app: Api): StatedRoute[] {
  return (stated.get(app) ?? []).flatMap(({ method, url, config }) =>
    [method].flat().flatMap((one) => (one === "HEAD" ? [] : [{ method: one, url, needs: config?.needs }])),
  );
}

export interface AuthorizeOptions extends PrincipalOptions {
  readonly audit: Pick<AuditTrail, "note">;
}

/** Notes every route that is added from now on; making the app ready fails where one says nothing. */
export function noteRoutes(app: Api): void {
  const routes: RouteOptions[] = [];
  stated.set(app, routes);
  app.addHook("onRoute", (route) => {
    routes.push(route);
  });
  app.addHook("onReady", (done) => {
    const silent = statedRoutes(app).filter(({ needs }) => needs === undefined);
    const names = silent.map(({ method, url }) => `${method} ${url}`).join(", ");
    done(silent.length === 0 ? undefined : new UnstatedRouteError(`no permission is stated for ${names}`));
  });
}

/** Asks every request. The cookies must have been read before. */
export function addAuthorization(app: Api, options: AuthorizeOptions): void {
  app.decorateRequest("principal", undefined);
  app.addHook("onRequest", async (request, reply) => authorize(request, reply, options));
}

async function authorize(
  request: FastifyRequest,
  reply: FastifyReply,
  options: AuthorizeOptions,
): Promise<FastifyReply | undefined> {
  const { needs } = request.routeOptions.config;
  if (request.is404 || needs === "anyone") return undefined;
  const principal = await principalOf(request, options);
  request.principal = principal;
  if (principal === undefined) {
    reply.header("www-authenticate", 'Bearer realm="ngatu"');
    return sendProblem(request, reply, "sign-in-required");
  }
  if (principal.session !== undefined && !isReading(request)) {
    const sent = request.headers["x-csrf-token"];
    if (typeof sent !== "string" || !equalSecrets(sent, principal.session.csrf))
      return sendProblem(request, reply, "csrf-refused");
  }
  if (needs === "signed-in")
    return principal.session === undefined ? sendProblem(request, reply, "no-permission") : undefined;
  if (principal.due !== undefined) return sendProblem(request, reply, `${principal.due}-due`);
  const any: readonly Permission[] = needs === undefined ? [] : typeof needs === "string" ? [needs] : needs;
  if (any.some((permission) => principal.access.has(permission))) return undefined;
  const { method, url = "" } = request.routeOptions;
  await options.audit.note({
    actor: principal.actor,
    action: "access.refuse",
    object: `route/${String(method)} ${url}`,
    detail: { needs: any },
  });
  return sendProblem(request, reply, "no-permission");
}

/** Who asks, on a route that nobody reaches unsigned. */
export function principal(request: FastifyRequest): Principal {
  if (request.principal === undefined) throw new ProblemError("sign-in-required");
  return request.principal;
}

/** Likewise, where only people with a session come. */
export function sessionOf(
  request: FastifyRequest,
): Principal & { session: NonNullable<Principal["session"]> } {
  const found = principal(request);
  if (found.session === undefined) throw new ProblemError("no-permission");
  return { ...found, session: found.session };
}
