// The in-process feed of what was committed, and of live messages that never are: what screens listen to.
import type { Live } from "../../contract/messages.ts";
import type { StoredAlert } from "../store/alert.ts";
import type { StoredBox } from "../store/boxes-repository.ts";
import type { StoredCase } from "../store/case.ts";
import type { StoredEvent } from "../store/events-repository.ts";
import type { StoredForward } from "../store/forward.ts";

/**
 * Emitted only after the commit that made it true; `live` alone is never stored. `missed`: other servers committed
 * what nobody here was told of.
 */
export type FeedMessage =
  | { readonly kind: "event"; readonly event: StoredEvent }
  | { readonly kind: "case"; readonly case: StoredCase }
  | { readonly kind: "alert"; readonly alert: StoredAlert }
  | { readonly kind: "box"; readonly box: StoredBox }
  | { readonly kind: "forward"; readonly forward: StoredForward }
  | { readonly kind: "live"; readonly box: string; readonly live: Live }
  | { readonly kind: "missed" };

/** Called in order, at once; it must not throw and must not wait: a slow reader keeps its own bounded buffer. */
export type FeedListener = (message: FeedMessage) => void;

export class Feed {
  readonly #listeners = new Map<FeedListener, () => boolean>();

  /**
   * Ends when the function returned is called. `wants` says whether events, and what other servers store, are worth
   * reading for this listener just now; all else it is told in any case.
   */
  subscribe(listener: FeedListener, wants: () => boolean = () => true): () => void {
    this.#listeners.set(listener, wants);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Whether anybody wants events, and what other servers store. */
  get wanted(): boolean {
    return [...this.#listeners.values()].some((wants) => wants());
  }

  emit(message: FeedMessage): void {
    for (const listener of this.#listeners.keys()) listener(message);
  }
}
