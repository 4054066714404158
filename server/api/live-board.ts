// The newest live figures of each camera, in memory only: what a screen shows before the stream's first message.
import type { Live } from "../../contract/messages.ts";
import type { FeedMessage } from "../alert/feed.ts";

type Figures = Omit<Live, "preview">;

/** Cameras remembered; beyond that the one that has been silent longest is forgotten. */
const MAX_CAMERAS = 4096;

export class LiveBoard {
  readonly #latest = new Map<string, Figures>();

  take(message: FeedMessage): void {
    if (message.kind !== "live") return;
    const key = `${message.box}/${message.live.camera}`;
    const figures: Live = { ...message.live };
    delete figures.preview;
    // Set again, a key moves to the end: the map's order is then the order of silence.
    this.#latest.delete(key);
    this.#latest.set(key, figures);
    const oldest = this.#latest.size > MAX_CAMERAS ? this.#latest.keys().next() : undefined;
    if (oldest?.done === false) this.#latest.delete(oldest.value);
  }

  latest(box: string, camera: string): Figures | undefined {
    return this.#latest.get(`${box}/${camera}`);
  }
}
