// What does not work as it should while pictures come all the same, told from ffmpeg's words.
import { Decoding, type HardwareDecoding } from "./decoding.ts";

/** A container says that it holds more than the file does: MP4's words, then Matroska's. */
const CUT_OFF = /partial file|File ended prematurely/;
const MISSING_END = "the file is cut off: its end is missing";

export class Shortcomings {
  readonly decoding: Decoding;
  readonly #file: boolean;
  #cutOff = false;

  /** @param hardware to decode with; @param file whether the source is a file: a stream's end is missing by nature. */
  constructor(hardware: HardwareDecoding | undefined, file: boolean) {
    this.decoding = new Decoding(hardware);
    this.#file = file;
  }

  /** Takes an error of ffmpeg's. Gives what it says, the first time. */
  hear(error: string): string | undefined {
    if (this.decoding.hear(error)) return this.decoding.refusal;
    if (this.#cutOff || !this.#file || !CUT_OFF.test(error)) return undefined;
    this.#cutOff = true;
    return MISSING_END;
  }

  /** Why a file that was played to its end was not whole, for the state that says so. */
  get missingEnd(): { readonly cause?: string } {
    return this.#cutOff ? { cause: MISSING_END } : {};
  }

  /** All of them, for the state of a running camera. */
  get degraded(): { readonly degraded?: string } {
    const all = [this.decoding.refusal, this.missingEnd.cause].filter((one) => one !== undefined);
    return all.length === 0 ? {} : { degraded: all.join("; ") };
  }
}
