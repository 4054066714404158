// Signing in: name, password and code become a session, or a reason why not that says nothing of whether the name exists.
import type { Actor } from "../store/audit-chain.ts";
import type { AuditTrail } from "../store/audit-repository.ts";
import type { Credentials, PeopleRepository } from "../store/people-repository.ts";
import type { SessionsRepository } from "../store/sessions-repository.ts";
import type { SignInFailures } from "../store/sign-in-failures.ts";
import type { Passwords } from "./password.ts";
import { stepOfCode } from "./second-factor.ts";
import { newSecret, secretHash } from "./secret.ts";
import type { ServerKey } from "./server-key.ts";
import type { Tickets } from "./tickets.ts";

export interface SignInOptions {
  readonly people: PeopleRepository;
  readonly sessions: SessionsRepository;
  readonly failures: SignInFailures;
  readonly audit: AuditTrail;
  readonly passwords: Passwords;
  readonly tickets: Tickets;
  readonly key: ServerKey;
  /** How long a session lasts at most. */
  readonly lastsMs: number;
  readonly now: () => Date;
}

/** Where a request came from. */
export interface Origin {
  readonly address: string;
  readonly agent: string;
}

export interface Attempt extends Origin {
  readonly name: string;
  readonly password: string;
  readonly code?: string | undefined;
}

/** `secret` goes to the browser and is kept nowhere. */
export type SignInResult =
  | { readonly ok: true; readonly secret: string }
  | { readonly ok: false; readonly fault: "wrong" | "code-required" }
  | { readonly ok: false; readonly fault: "locked"; readonly forS: number };

export class SignIn {
  readonly #options: SignInOptions;

  constructor(options: SignInOptions) {
    this.#options = options;
  }

  /** Throws PasswordsBusyError. */
  async attempt({ password, code, ...rest }: Attempt): Promise<SignInResult> {
    const { people, failures, passwords } = this.#options;
    const name = rest.name.trim().toLowerCase();
    const attempt = { ...rest, name };
    const forS = await failures.lockedForS(name, rest.address);
    if (forS > 0) return { ok: false, fault: "locked", forS };
    const known = await people.credentials({ name });
    if (!(await passwords.check(password, known?.passwordHash)) || known === undefined)
      return this.#refuse(attempt, known, "password");
    if (known.secondFactor !== undefined) {
      if (code === undefined) return { ok: false, fault: "code-required" };
      if (!(await this.takeCode(known, code))) return this.#refuse(attempt, known, "code");
    }
    await failures.clear(name, rest.address);
    return { ok: true, secret: await this.#begin(known, rest, "session.begin") };
  }

  /** By a ticket that the terminal showed: good once. */
  async redeem(ticket: string, origin: Origin): Promise<SignInResult> {
    const id = this.#options.tickets.redeem(ticket);
    const known = id === undefined ? undefined : await this.#options.people.credentials({ id });
    if (known?.passwordHash === undefined) return { ok: false, fault: "wrong" };
    return { ok: true, secret: await this.#begin(known, origin, "session.begin-by-ticket") };
  }

  /** Whether the code is right and was not used before; it is used then. */
  async takeCode(known: Credentials, code: string): Promise<boolean> {
    const { people, key, now } = this.#options;
    if (known.secondFactor === undefined) return false;
    const factor = key.open(known.secondFactor, known.id);
    const step = stepOfCode(factor, code, now().getTime(), known.secondFactorStep);
    return step !== undefined && (await people.takeStep(known.id, step));
  }

  /** A password asked for once more, of somebody who has a session. Throws PasswordsBusyError. */
  async prove(
    personId: string,
    password: string,
    { address }: Origin,
  ): Promise<"right" | "wrong" | "locked"> {
    const { people, failures, passwords } = this.#options;
    const known = await people.credentials({ id: personId });
    if (known === undefined) return "wrong";
    if ((await failures.lockedForS(known.name, address)) > 0) return "locked";
    if (await passwords.check(password, known.passwordHash)) return "right";
    await this.#refuse({ name: known.name, address }, known, "password");
    return "wrong";
  }

  /** A new session for somebody who has just proved who they are. */
  async #begin(known: Credentials, { address, agent }: Origin, action: string): Promise<string> {
    const { sessions, audit, lastsMs } = this.#options;
    const secret = newSecret();
    const sha256 = secretHash(secret);
    await sessions.create({ personId: known.id, sha256, lastsMs, address, agent });
    await audit.note({
      actor: { id: known.id, name: known.name, address },
      action,
      object: `person/${known.name}`,
    });
    return secret;
  }

  /** A session in place of all others, after the person's own rights or password changed. */
  async renew(personId: string, origin: Origin): Promise<string> {
    const known = await this.#options.people.credentials({ id: personId });
    if (known === undefined) throw new Error("a session is renewed for nobody");
    return this.#begin(known, origin, "session.renew");
  }

  async #refuse(
    { name, address }: Pick<Attempt, "name" | "address">,
    known: Credentials | undefined,
    what: "password" | "code",
  ): Promise<SignInResult> {
    const { failures, audit } = this.#options;
    await failures.add(name, address);
    // An unknown name may be a password in the wrong field: it is not kept.
    const actor: Actor = { id: known?.id, name: known?.name ?? "nobody", address };
    const object = known === undefined ? "person" : `person/${known.name}`;
    await audit.note({ actor, action: "session.refuse", object, detail: { wrong: what } });
    return { ok: false, fault: "wrong" };
  }
}
