// A session at a server's interface, for a program that plays a person.

const TIMEOUT_MS = 10_000;

/** What every request carries: the session's cookie and, for changes, its token. */
export type SessionHeaders = Readonly<Record<"cookie" | "x-csrf-token", string>>;

/** The server did not let it in. */
export class SignInError extends Error {
  override readonly name = "SignInError";
}

export async function signIn(
  serverUrl: string,
  { name, password }: { readonly name: string; readonly password: string },
): Promise<SessionHeaders> {
  const response = await fetch(new URL("/api/v1/session", serverUrl), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, password }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const cookie = response.headers.getSetCookie()[0]?.split(";", 1)[0];
  if (!response.ok || cookie === undefined) throw new SignInError(`signing in answered ${response.status}`);
  const { csrf } = (await response.json()) as { csrf: string };
  return { cookie, "x-csrf-token": csrf };
}
