// Everything about people that a server needs, put together over one database and one key.
import type { Role } from "../../config/role.ts";
import type { Repositories } from "../store/repositories.ts";
import { Passwords } from "./password.ts";
import type { ServerKey } from "./server-key.ts";
import { SignIn } from "./sign-in.ts";
import { Tickets } from "./tickets.ts";

export interface PeopleDesk {
  readonly passwords: Passwords;
  readonly signIn: SignIn;
  readonly tickets: Tickets;
  readonly key: ServerKey;
  /** Roles that need a second factor before they may do anything. */
  readonly secondFactorRoles: readonly Role[];
}

export interface PeopleDeskOptions {
  readonly repositories: Pick<Repositories, "people" | "sessions" | "signInFailures" | "audit">;
  readonly key: ServerKey;
  /** How long a session lasts at most. */
  readonly lastsMs: number;
  readonly secondFactorRoles: readonly Role[];
  readonly now?: (() => Date) | undefined;
}

export function createPeopleDesk(options: PeopleDeskOptions): PeopleDesk {
  const { key, lastsMs, secondFactorRoles, now = () => new Date() } = options;
  const { people, sessions, signInFailures: failures, audit } = options.repositories;
  const passwords = new Passwords();
  const tickets = new Tickets();
  const signIn = new SignIn({ people, sessions, failures, audit, passwords, tickets, key, lastsMs, now });
  return { passwords, signIn, tickets, key, secondFactorRoles };
}
