// Cases whose package is still to be made, on disk from the moment that their event is accepted: a restart forgets none.
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Event } from "../../contract/event.ts";

const NAME = /^[0-9a-f-]{36}\.json$/;

export class PendingCases {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What an earlier run left, in the order of their events. */
  async start(): Promise<Event[]> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const names = (await readdir(this.#folder)).filter((name) => NAME.test(name)).sort();
    return await Promise.all(
      names.map(async (name) => JSON.parse(await readFile(join(this.#folder, name), "utf8")) as Event),
    );
  }

  /** At once, in the outbox's own turn: an event that the outbox has is here too. Throws the file system's error. */
  add(event: Event): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeFileSync(this.#path(event), JSON.stringify(event), { mode: 0o600 });
  }

  async done(event: Event): Promise<void> {
    await rm(this.#path(event), { force: true });
  }

  #path({ id }: Event): string {
    return join(this.#folder, `${id}.json`);
  }
}
