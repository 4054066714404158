// What every request must satisfy and every answer carries while nobody can sign in: loopback, same origin, strict headers.
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Api } from "./instance.ts";
import { sendProblem } from "./problem.ts";

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
} as const;

/** Whether a Host header names this machine's loopback: a page that rebinds its own DNS name to 127.0.0.1 does not. */
export function isLoopbackHost(host: string | undefined): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(host ?? "");
}

/** Whether a request that changes something may come from a page of ours, or from a program (which sends neither header). */
export function isOwnOrigin(
  host: string | undefined,
  origin: string | undefined,
  site: string | undefined,
): boolean {
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  return origin === undefined || origin.toLowerCase() === `http://${host ?? ""}`.toLowerCase();
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}

async function check(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  for (const [name, value] of Object.entries(HEADERS)) reply.header(name, value);
  if (request.url.startsWith("/api/")) reply.header("cache-control", "no-store");
  const host = header(request, "host");
  if (!isLoopbackHost(host)) return sendProblem(request, reply, "host-refused");
  const reads = request.method === "GET" || request.method === "HEAD";
  if (!reads && !isOwnOrigin(host, header(request, "origin"), header(request, "sec-fetch-site"))) {
    return sendProblem(request, reply, "origin-refused");
  }
  return undefined;
}

export function addGuard(app: Api): void {
  app.addHook("onRequest", check);
}
