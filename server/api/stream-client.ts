// One connected screen: a bounded buffer of server-sent events between the hub and its socket.
import { Readable } from "node:stream";
import type { StreamView } from "./stream-view.ts";

/** Bytes waiting for a slow reader: beyond the first, live samples are left out (the next one replaces them anyway)… */
const LIVE_LIMIT_BYTES = 256 * 1024;
/** …beyond the second the connection is closed: the browser comes back by itself and resumes after its last event. */
const CLOSE_LIMIT_BYTES = 2 * 1024 * 1024;

export class StreamClient {
  readonly body: Readable;
  /** Cameras, as `box/camera`, whose preview this screen shows. */
  readonly watched: ReadonlySet<string>;
  readonly view: StreamView;

  constructor(watched: ReadonlySet<string>, view: StreamView, onClose: () => void) {
    this.watched = watched;
    this.view = view;
    this.body = new Readable({
      // The hub pushes when there is something to say; a reader that asks for more finds it here.
      read: () => undefined,
      destroy: (error, done) => {
        onClose();
        done(error);
      },
    });
  }

  /** Returns false when the buffer is full and the connection was therefore closed. */
  send(text: string): boolean {
    if (this.body.destroyed) return true;
    if (this.body.readableLength > CLOSE_LIMIT_BYTES) {
      this.body.destroy();
      return false;
    }
    this.body.push(text);
    return true;
  }

  /** Sends something that a later message replaces; a reader that lags does without it. */
  sendLive(text: string): boolean {
    return this.body.readableLength > LIVE_LIMIT_BYTES ? true : this.send(text);
  }

  end(): void {
    this.body.push(null);
  }
}
