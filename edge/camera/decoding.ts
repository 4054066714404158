// Where a camera's pictures are decoded: by the hardware that the box names, in software where that does not work.

import type { BoxConfig } from "../../config/box.ts";

export type HardwareDecoding = NonNullable<BoxConfig["decoding"]>;

/** ffmpeg's words, whichever the hardware: there is no device, or it can't decode this stream. */
const REFUSED =
  /Device creation failed|Device setup failed for decoder|No device available for decoder|Failed setup for format|Failed to transfer data to output frame/;

export class Decoding {
  readonly #wanted: HardwareDecoding | undefined;
  #asked = false;
  #refusal: string | undefined;

  constructor(wanted: HardwareDecoding | undefined) {
    this.#wanted = wanted;
  }

  /** Why pictures are decoded in software against the configuration; undefined: they are not. Stays until a restart. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  /** A run of ffmpeg begins. Gives its options before the input. */
  begin(): string[] {
    this.#asked = this.#wanted !== undefined && this.#refusal === undefined;
    if (this.#wanted === undefined || !this.#asked) return [];
    const { hardware, device } = this.#wanted;
    return ["-hwaccel", hardware, ...(device === undefined ? [] : ["-hwaccel_device", device])];
  }

  /** Takes an error of ffmpeg's. True for the first that says that the hardware does not work. */
  hear(error: string): boolean {
    if (!this.#asked || this.#wanted === undefined || this.#refusal !== undefined || !REFUSED.test(error))
      return false;
    const { hardware, device } = this.#wanted;
    const which = device === undefined ? hardware : `${hardware} ${device}`;
    this.#refusal = `hardware decoding (${which}) does not work here (${error}): decoded in software, which costs the processor more`;
    return true;
  }

  /** Whether the run that ended asked for hardware that has been found not to work: the next one will not. */
  get asksNoMore(): boolean {
    return this.#asked && this.#refusal !== undefined;
  }
}
