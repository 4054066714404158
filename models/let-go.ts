// Gives the memory of a buffer that nobody reads back at once, without waiting for the collector.
import { MessageChannel } from "node:worker_threads";

/** A port that is closed takes whatever is posted to it, and drops it. */
const { port1: nowhere } = new MessageChannel();
nowhere.close();

/** The buffer is empty afterwards, and so is every view of it. */
export function letGo(buffer: ArrayBuffer): void {
  nowhere.postMessage(undefined, [buffer]);
}
