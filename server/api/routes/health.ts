// Liveness and readiness, for a supervisor.
import type { ApiDependencies } from "../dependencies.ts";
import type { Api } from "../instance.ts";

const CHECK_TIMEOUT_MS = 2_000;

/** False too when the check fails or takes too long: what it asks for is then away, which is the answer. */
async function holds(check: () => Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([check(), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

export function addHealth(app: Api, ready: ApiDependencies["ready"]): void {
  app.get("/healthz", { config: { needs: "anyone" }, schema: { hide: true } }, () => ({ status: "ok" }));
  app.get("/readyz", { config: { needs: "anyone" }, schema: { hide: true } }, async (_request, reply) => {
    const parts = await Promise.all(
      Object.entries(ready).map(async ([name, check]) => [name, await holds(check)] as const),
    );
    const ok = parts.every(([, works]) => works);
    return reply.code(ok ? 200 : 503).send({ status: ok ? "ok" : "away", parts: Object.fromEntries(parts) });
  });
}
