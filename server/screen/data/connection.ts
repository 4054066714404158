// Whether the stream is connected, and when it last said anything.
import { useSyncExternalStore } from "react";

export interface Connection {
  readonly state: "connecting" | "live" | "lost";
  /** Browser clock; 0 before the first message. */
  readonly lastMessageMs: number;
}

let connection: Connection = { state: "connecting", lastMessageMs: 0 };
const listeners = new Set<() => void>();

export function setConnection(change: Partial<Connection>): void {
  connection = { ...connection, ...change };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function useConnection(): Connection {
  return useSyncExternalStore(subscribe, () => connection);
}
