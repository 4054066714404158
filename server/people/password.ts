// Passwords: Argon2id, a few at a time, and what a password must be.
import { hash, verify } from "@node-rs/argon2";

/** As many are worked on as two cores bear beside everything else… */
const AT_ONCE = 2;
/** …and as many may wait: whoever comes then is told to come again. */
const MOST_WAITING = 32;
/** OWASP's first choice for Argon2id (19 MiB, two passes): about 50 ms of one core. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export const PASSWORD_LENGTH = { least: 12, most: 128 } as const;
const LEAST_DIFFERENT = 6;

/** More sign-ins wait than are let in. */
export class PasswordsBusyError extends Error {
  override readonly name = "PasswordsBusyError";
}

export class Passwords {
  #working = 0;
  readonly #waiting: (() => void)[] = [];
  /** A hash that no password has: unknown people are checked against it, so that they take as long as known ones. */
  readonly #nobody = hash(crypto.randomUUID(), COST);

  /** Throws {@link PasswordsBusyError}. */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(password.normalize("NFC"), COST));
  }

  /** `stored` undefined: nobody has that name; the answer is false, after as much work. Throws {@link PasswordsBusyError}. */
  async check(password: string, stored: string | undefined): Promise<boolean> {
    const against = stored ?? (await this.#nobody);
    const right = await this.#inTurn(() => verify(against, password.normalize("NFC")));
    return right && stored !== undefined;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#working >= AT_ONCE) {
      if (this.#waiting.length >= MOST_WAITING) throw new PasswordsBusyError("too many sign-ins at once");
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#working += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#working -= 1;
      else next();
    }
  }
}

/** What is wrong with a new password, as a keyword of the interface's field faults; undefined when nothing is. */
export function passwordFault(password: string, name: string): "tooShort" | "guessable" | undefined {
  if (password.length < PASSWORD_LENGTH.least) return "tooShort";
  const lower = password.toLowerCase();
  if (lower.includes(name.toLowerCase()) || new Set(lower).size < LEAST_DIFFERENT) return "guessable";
  return undefined;
}
