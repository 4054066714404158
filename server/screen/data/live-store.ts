// The newest live message of each camera, outside React: a card re-renders only for its own camera.
import { useCallback, useSyncExternalStore } from "react";
import type { Camera, StreamMessages } from "../../api/schemas.ts";

export type LiveFigures = NonNullable<Camera["live"]>;

export interface LiveView {
  readonly figures: LiveFigures;
  /** When it reached this page (or, read from a list, when it was captured), browser clock. */
  readonly atMs: number;
  /** The newest picture as a data URL, and when it came; a message may come without one. */
  readonly picture: { readonly url: string; readonly atMs: number } | undefined;
}

export class LiveStore {
  readonly #views = new Map<string, LiveView>();
  readonly #listeners = new Set<() => void>();
  #all: readonly LiveView[] = [];

  take({ preview, ...figures }: StreamMessages["live"], nowMs: number): void {
    const key = `${figures.box}/${figures.camera}`;
    const picture =
      preview === undefined
        ? this.#views.get(key)?.picture
        : { url: `data:image/jpeg;base64,${preview}`, atMs: nowMs };
    this.#set(key, { figures, atMs: nowMs, picture });
  }

  /** Figures of a list: only for a camera that the stream has not spoken of yet. */
  seed(figures: LiveFigures): void {
    const key = `${figures.box}/${figures.camera}`;
    if (this.#views.has(key)) return;
    this.#set(key, { figures, atMs: Date.parse(figures.at), picture: undefined });
  }

  get(key: string): LiveView | undefined {
    return this.#views.get(key);
  }

  all(): readonly LiveView[] {
    return this.#all;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #set(key: string, view: LiveView): void {
    this.#views.set(key, view);
    this.#all = [...this.#views.values()];
    for (const listener of this.#listeners) listener();
  }
}

export const liveStore = new LiveStore();
const subscribe = (listener: () => void): (() => void) => liveStore.subscribe(listener);

export function useLive(key: string): LiveView | undefined {
  return useSyncExternalStore(
    subscribe,
    useCallback(() => liveStore.get(key), [key]),
  );
}

export function useAllLive(): readonly LiveView[] {
  return useSyncExternalStore(subscribe, () => liveStore.all());
}
