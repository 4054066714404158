// What every request must satisfy and every answer carries: a name of ours, same origin for changes, strict headers.
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
const TLS_HEADERS = { "strict-transport-security": "max-age=31536000" } as const;

/** How browsers reach this server. */
export interface Reach {
  /** Over TLS, its own or a proxy's. */
  readonly secure: boolean;
  /** Names besides loopback, with their port unless it is the scheme's own. */
  readonly names: readonly string[];
}

/** Whether a Host header names this server: a page that rebinds its own DNS name to our address does not. */
export function isOwnHost(host: string | undefined, { names }: Reach): boolean {
  const asked = (host ?? "").toLowerCase();
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/.test(asked) || names.includes(asked);
}

/** Whether a request that changes something may come from a page of ours, or from a program (which sends neither header). */
export function isOwnOrigin(
  host: string | undefined,
  origin: string | undefined,
  site: string | undefined,
  { secure }: Reach,
): boolean {
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  const own = `${secure ? "https" : "http"}://${host ?? ""}`;
  return origin === undefined || origin.toLowerCase() === own.toLowerCase();
}

export function isReading({ method }: FastifyRequest): boolean {
  return method === "GET" || method === "HEAD";
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}

export function addGuard(app: Api, reach: Reach): void {
  const headers = Object.entries(reach.secure ? { ...HEADERS, ...TLS_HEADERS } : HEADERS);
  app.addHook("onRequest", async (request, reply): Promise<FastifyReply | undefined> => {
    for (const [name, value] of headers) reply.header(name, value);
    if (request.url.startsWith("/api/")) reply.header("cache-control", "no-store");
    const host = header(request, "host");
    if (!isOwnHost(host, reach)) return sendProblem(request, reply, "host-refused");
    const own = isOwnOrigin(host, header(request, "origin"), header(request, "sec-fetch-site"), reach);
    return isReading(request) || own ? undefined : sendProblem(request, reply, "origin-refused");
  });
}
