// Keeps the running box's gallery what the file and the clock say: new entries within seconds, expired ones gone at once.
import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { ListedPlate } from "../plate/hot-list.ts";
import { unexpired, type WatchEntry } from "./entry.ts";
import { readGallery, updateGallery } from "./gallery.ts";
import { GalleryError } from "./gallery-error.ts";
import { buildSearchSet, type SearchSet } from "./search-set.ts";

export interface GalleryFollowerOptions {
  readonly file: string;
  readonly key: Uint8Array;
  /** Faces: SHA-256 of the embedder's weights, and who is given the first set during `start()` and every later one. */
  readonly faces?: { readonly model: string; readonly onSet: (set: SearchSet) => void };
  /** Given the plates that are looked for, as often. */
  readonly onPlates?: (plates: readonly ListedPlate[]) => void;
  readonly log: Logger;
  readonly now?: () => number;
  /** How often file and clock are looked at; 2000. */
  readonly pollMs?: number;
}

export interface GalleryFollower {
  /** Rejects with {@link GalleryError} when the gallery can't be read: a box must not run blind on its list. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A file that becomes unreadable while running (a wrong key, an alteration) is reported once per change and the
 * last good set stays, its entries still expiring: tampering must not switch the list off.
 */
export function createGalleryFollower(options: GalleryFollowerOptions): GalleryFollower {
  const { file, key, faces, onPlates, log, now = Date.now, pollMs = 2000 } = options;
  const stopping = new AbortController();
  let seen = "";
  /** Expiry of every entry in force. The templates themselves are not kept here: the set has them, once. */
  let expiries: readonly number[] = [];
  let loop: Promise<void> | undefined;

  async function load(): Promise<void> {
    seen = await version(file);
    publish(await readGallery(file, key));
  }

  function publish(entries: readonly WatchEntry[]): void {
    expiries = entries.map(({ expires }) => Date.parse(expires));
    onPlates?.(listedPlates(entries, now()));
    if (faces === undefined) return;
    const { set, foreign } = buildSearchSet(entries, faces.model, now());
    for (const { id } of foreign) {
      log.warn(
        { entry: id },
        "watch-list entry was enrolled with another embedder and is not searched; enrol it anew",
      );
    }
    log.info({ entries: set.entries.length, templates: set.owners.length }, "watch list in force");
    faces.onSet(set);
  }

  async function dropExpired(): Promise<void> {
    const nowMs = now();
    if (!expiries.some((expiry) => expiry <= nowMs)) return;
    const kept = await updateGallery(file, key, nowMs, (entries) => entries);
    seen = await version(file);
    publish(kept);
  }

  async function look(): Promise<void> {
    try {
      await dropExpired();
      if ((await version(file)) !== seen) await load();
    } catch (error) {
      log.error(
        { err: error, fault: error instanceof GalleryError ? error.kind : "io" },
        "watch list not read anew",
      );
    }
  }

  async function follow(): Promise<void> {
    while (await paused(pollMs, stopping.signal)) await look();
  }

  return {
    async start() {
      await load();
      loop = follow();
    },
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}

function listedPlates(entries: readonly WatchEntry[], nowMs: number): ListedPlate[] {
  return unexpired(entries, nowMs).flatMap(({ id, name, plate, expires }) =>
    plate === undefined ? [] : [{ id, name, plate, expiresMs: Date.parse(expires) }],
  );
}

/** Changes whenever the file does; the same string while there is none. */
async function version(file: string): Promise<string> {
  try {
    const { ino, size, mtimeMs } = await stat(file);
    return `${ino}-${size}-${mtimeMs}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "absent";
    throw error;
  }
}

/** Whether the time passed; false when the signal came first. */
async function paused(ms: number, signal: AbortSignal): Promise<boolean> {
  return await sleep(ms, true, { signal }).catch(() => false);
}
