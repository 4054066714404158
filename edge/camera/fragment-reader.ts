// Cuts the live MP4 that ffmpeg writes into its head and its fragments, from chunks of any size, copied once.
import { type Fragment, type FragmentHead, parseFragment, parseHead } from "./fragment.ts";
import { BOX_HEADER_BYTES, Mp4Damage } from "./mp4-box.ts";

/** Largest box taken: a fragment of some seconds at 100 Mbit/s is half of it. */
const LARGEST_BOX_BYTES = 64 * 1024 * 1024;

const NOTHING = Buffer.alloc(0);

export interface FragmentEvents {
  onHead(head: FragmentHead): void;
  onFragment(fragment: Fragment): void;
}

/** A box that is coming in: behind what it is to be kept with, in memory of its own. */
interface Coming {
  readonly type: string;
  readonly bytes: Buffer;
  filled: number;
}

export class FragmentReader {
  readonly #events: FragmentEvents;
  readonly #takeMemory: (length: number) => Buffer;
  readonly #header = Buffer.alloc(BOX_HEADER_BYTES);
  #headerBytes = 0;
  #coming: Coming | undefined;
  #ftyp: Buffer = NOTHING;
  #head: FragmentHead | undefined;
  #prft: Buffer | undefined;
  #moof: Buffer = NOTHING;

  /** @param take gives memory for a fragment's bytes, which is `onFragment`'s from then on */
  constructor(events: FragmentEvents, take: (length: number) => Buffer) {
    this.#events = events;
    this.#takeMemory = take;
  }

  /**
   * Takes what it needs of `chunk`, whose memory may be filled anew afterwards.
   *
   * @throws {Mp4Damage} after which the reader must not be used any more.
   */
  push(chunk: Buffer): void {
    try {
      for (let at = 0; at < chunk.length; ) at += this.#takeSome(chunk, at);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new Mp4Damage("a box that is shorter than what it says it holds", { cause: error });
    }
  }

  /** How many bytes it took. */
  #takeSome(chunk: Buffer, at: number): number {
    return this.#coming === undefined
      ? this.#takeHeader(chunk, at)
      : this.#takeContent(this.#coming, chunk, at);
  }

  #takeHeader(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.#header, this.#headerBytes, at);
    this.#headerBytes += taken;
    if (this.#headerBytes === BOX_HEADER_BYTES) {
      this.#headerBytes = 0;
      this.#begin();
    }
    return taken;
  }

  /** Of a box with nothing in it, which has begun and ended, nothing comes. */
  #begin(): void {
    const length = this.#header.readUInt32BE(0);
    if (length < BOX_HEADER_BYTES || length > LARGEST_BOX_BYTES)
      throw new Mp4Damage(`a box of ${length} bytes in the live stream`);
    const type = this.#header.toString("latin1", 4, BOX_HEADER_BYTES);
    const before = type === "moov" ? this.#ftyp : type === "mdat" ? this.#moof : NOTHING;
    const whole = before.length + length;
    const bytes = type === "mdat" ? this.#takeMemory(whole) : Buffer.allocUnsafeSlow(whole);
    before.copy(bytes);
    this.#header.copy(bytes, before.length);
    this.#coming = { type, bytes, filled: before.length + BOX_HEADER_BYTES };
    if (length === BOX_HEADER_BYTES) this.#end(this.#coming);
  }

  #takeContent(coming: Coming, chunk: Buffer, at: number): number {
    const taken = chunk.copy(coming.bytes, coming.filled, at);
    coming.filled += taken;
    if (coming.filled === coming.bytes.length) this.#end(coming);
    return taken;
  }

  #end({ type, bytes }: Coming): void {
    this.#coming = undefined;
    if (type === "ftyp") this.#ftyp = bytes;
    else if (type === "moov") {
      this.#head = parseHead(bytes);
      this.#events.onHead(this.#head);
    } else if (type === "prft") this.#prft = bytes.subarray(BOX_HEADER_BYTES);
    else if (type === "moof") this.#moof = bytes;
    else if (type === "mdat") {
      if (this.#moof.length === 0 || this.#head === undefined)
        throw new Mp4Damage("pictures before their index");
      const fragment = parseFragment(bytes, this.#prft, this.#head);
      this.#prft = undefined;
      this.#moof = NOTHING;
      this.#events.onFragment(fragment);
    }
  }
}
