// One-time tickets to sign in by a link that only this machine's terminal showed; in memory, each good once.
import { newSecret, secretHash } from "./secret.ts";

const LAST_MS = 24 * 3_600_000;
/** Beyond it the oldest is forgotten. */
const MOST = 16;

export class Tickets {
  /** By hash in hexadecimal. */
  readonly #open = new Map<string, { readonly personId: string; readonly untilMs: number }>();

  issue(personId: string): string {
    const ticket = newSecret();
    this.#open.set(hashOf(ticket), { personId, untilMs: Date.now() + LAST_MS });
    const oldest = this.#open.size > MOST ? this.#open.keys().next() : undefined;
    if (oldest?.done === false) this.#open.delete(oldest.value);
    return ticket;
  }

  /** Whose ticket it was; undefined for an unknown, used or old one. */
  redeem(ticket: string): string | undefined {
    const hash = hashOf(ticket);
    const found = this.#open.get(hash);
    this.#open.delete(hash);
    return found !== undefined && found.untilMs > Date.now() ? found.personId : undefined;
  }
}

function hashOf(ticket: string): string {
  return secretHash(ticket).toString("hex");
}
