// Cuts the live MP4 that ffmpeg writes into its head and its fragments, from chunks of any size.
import { type Fragment, type FragmentHead, parseFragment, parseHead } from "./fragment.ts";
import { BOX_HEADER_BYTES, Mp4Damage } from "./mp4-box.ts";

/** Largest box taken: a fragment of some seconds at 100 Mbit/s is half of it. */
const LARGEST_BOX_BYTES = 64 * 1024 * 1024;

export interface FragmentEvents {
  onHead(head: FragmentHead): void;
  onFragment(fragment: Fragment): void;
}

export class FragmentReader {
  readonly #events: FragmentEvents;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #ftyp: Buffer | undefined;
  #head: FragmentHead | undefined;
  #prft: Buffer | undefined;
  #moof: Buffer | undefined;

  constructor(events: FragmentEvents) {
    this.#events = events;
  }

  /** @throws {Mp4Damage} after which the reader must not be used any more. */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    try {
      for (let box = this.#box(); box !== undefined; box = this.#box()) this.#take(box);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new Mp4Damage("a box that is shorter than what it says it holds", { cause: error });
    }
  }

  /** The next whole box, or undefined while it is not there. */
  #box(): Buffer | undefined {
    if (this.#bytes < BOX_HEADER_BYTES) return undefined;
    const first = this.#first(BOX_HEADER_BYTES);
    const length = first.readUInt32BE(0);
    if (length < BOX_HEADER_BYTES || length > LARGEST_BOX_BYTES)
      throw new Mp4Damage(`a box of ${length} bytes in the live stream`);
    if (this.#bytes < length) return undefined;
    const all = this.#first(length);
    this.#chunks[0] = all.subarray(length);
    this.#bytes -= length;
    // A copy of its own: a view would keep the whole pipe chunk alive for as long as the ring keeps the fragment.
    return Buffer.from(all.subarray(0, length));
  }

  /** The first chunk, made to hold at least so many bytes. */
  #first(length: number): Buffer {
    const [first] = this.#chunks;
    if (first !== undefined && first.length >= length) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }

  #take(box: Buffer): void {
    const type = box.toString("latin1", 4, BOX_HEADER_BYTES);
    if (type === "ftyp") this.#ftyp = box;
    else if (type === "moov") {
      this.#head = parseHead(Buffer.concat([this.#ftyp ?? Buffer.alloc(0), box]));
      this.#events.onHead(this.#head);
    } else if (type === "prft") this.#prft = box.subarray(BOX_HEADER_BYTES);
    else if (type === "moof") this.#moof = box;
    else if (type === "mdat" && this.#moof !== undefined && this.#head !== undefined) {
      const bytes = Buffer.concat([this.#moof, box]);
      const fragment = parseFragment(bytes, this.#prft, this.#head);
      this.#prft = undefined;
      this.#moof = undefined;
      this.#events.onFragment(fragment);
    }
  }
}
