// What the main thread and a camera's reader thread tell each other.
import type { RingMemory, SlotLayout } from "./slots.ts";

/** Given to the thread at its start. */
export interface ReaderSetup {
  readonly ring: RingMemory;
  readonly small: SlotLayout["small"];
  readonly full: boolean;
  /** Wait for the taker instead of dropping frames. */
  readonly lockStep: boolean;
}

/** Read these pipes (one per output, in order) until they end. */
export interface ReadCommand {
  readonly run: number;
  readonly fds: readonly number[];
}

export type ReaderMessage =
  /** The slots' memory, at first and whenever the full picture's size has changed; before any frame of that size. */
  | { readonly kind: "slots"; readonly layout: SlotLayout; readonly buffers: readonly SharedArrayBuffer[] }
  /** A frame waits to be taken and none did before. */
  | { readonly kind: "frame"; readonly run: number }
  /** The pipes have ended; `fault` when not cleanly. */
  | { readonly kind: "end"; readonly run: number; readonly frames: number; readonly fault?: string };
