// Open rule states as they were saved last: with their events, and otherwise seldom, which spares a memory card.
import type { BoxDatabase, Statement } from "./database.ts";

/** Rule states change with every frame; writing them each second would cost a memory card 1.4 GB a day. */
const SAVE_EVERY_MS = 20_000;

export class RuleStates {
  readonly #db: BoxDatabase;
  readonly #save: Statement;
  readonly #saved = new Map<string, string>();
  /** Given since the last save, the newest of each key. */
  #unsaved: ReadonlyMap<string, unknown> = new Map();
  #savedAtMs = Number.NEGATIVE_INFINITY;

  constructor(db: BoxDatabase) {
    this.#db = db;
    this.#save = db.prepare("INSERT OR REPLACE INTO rule_states (key, state) VALUES (?, ?)");
  }

  /** Those saved last, by key. */
  read(): Map<string, unknown> {
    const rows = this.#db.prepare("SELECT key, state FROM rule_states").all();
    return new Map(rows.map((row) => [String(row["key"]), JSON.parse(String(row["state"])) as unknown]));
  }

  /** What of these differs from what is saved, as it would be written. */
  changed(states: ReadonlyMap<string, unknown> | undefined): Map<string, string> {
    const changed = new Map<string, string>();
    for (const [key, value] of states ?? []) {
      const state = JSON.stringify(value);
      if (this.#saved.get(key) !== state) changed.set(key, state);
    }
    return changed;
  }

  /** Inside a transaction; {@link committed} follows it. */
  write(changed: ReadonlyMap<string, string>): void {
    for (const [key, state] of changed) this.#save.run(key, state);
  }

  committed(changed: ReadonlyMap<string, string>): void {
    for (const [key, state] of changed) this.#saved.set(key, state);
    // Older than what was saved just now.
    this.#unsaved = new Map([...this.#unsaved].filter(([key]) => !changed.has(key)));
  }

  /** Saves what changed since the last time, at most every 20 s. Not waited for on disk. */
  saveSeldom(states: ReadonlyMap<string, unknown>): void {
    this.#unsaved = new Map([...this.#unsaved, ...states]);
    if (performance.now() - this.#savedAtMs >= SAVE_EVERY_MS) this.saveNow();
  }

  saveNow(): void {
    const changed = this.changed(this.#unsaved);
    this.#unsaved = new Map();
    this.#savedAtMs = performance.now();
    if (changed.size === 0) return;
    this.#db.lazily(() => this.write(changed));
    this.committed(changed);
  }
}
