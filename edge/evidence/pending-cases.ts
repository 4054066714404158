// Cases whose package is still to be made, on disk from the moment that their event is accepted: a restart forgets none.
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Event } from "../../contract/event.ts";

const NAME = /^[0-9a-f-]{36}\.json$/;

export class PendingCases {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What an earlier run left, in the order of their events. A file that a power cut tore is set aside as `.torn`. */
  async start(): Promise<Event[]> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const names = (await readdir(this.#folder)).filter((name) => NAME.test(name)).sort();
    const events: Event[] = [];
    for (const name of names) {
      const file = join(this.#folder, name);
      const event = parsed(await readFile(file, "utf8"));
      if (event === undefined) await rename(file, `${file}.torn`);
      else events.push(event);
    }
    return events;
  }

  /** At once, in the outbox's own turn: an event that the outbox has is here too. Throws the file system's error. */
  add(event: Event): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const file = this.#path(event);
    writeFileSync(`${file}.part`, JSON.stringify(event), { mode: 0o600, flush: true });
    renameSync(`${file}.part`, file);
  }

  async done(event: Event): Promise<void> {
    await rm(this.#path(event), { force: true });
  }

  #path({ id }: Event): string {
    return join(this.#folder, `${id}.json`);
  }
}

function parsed(text: string): Event | undefined {
  try {
    return JSON.parse(text) as Event;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
