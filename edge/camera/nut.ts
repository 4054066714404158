// Reads one raw video stream out of a NUT container: exact time stamps, payloads straight into the caller's memory.
import { NutBytes, nutCrc, NutDamage, NutShort } from "./nut-bytes.ts";
import {
  FRAME_FLAG,
  type MainHeader,
  parseMainHeader,
  parseStreamHeader,
  type StreamHeader,
} from "./nut-header.ts";

/** Where the bytes come from; blocks until at least one is there. Returns how many were read, 0 at the end. */
export interface ByteSource {
  read(target: Uint8Array, offset: number, length: number): number;
}

/** The beginning of a frame; its `size` bytes of payload follow. */
export interface NutFrame {
  /** Presentation time in ms, exact in the stream's time base before the division. */
  readonly ptsMs: number;
  readonly size: number;
}

const FILE_ID = Buffer.from("nut/multimedia container\0", "latin1");
const MAIN = 0x4e4d7a561f5f04adn;
const STREAM = 0x4e5311405bf2f9dbn;
const SYNCPOINT = 0x4e4be4adeeca4569n;
const INDEX = 0x4e58dd672f23e64en;
const INFO = 0x4e49ab68b596ba78n;
const START_CODES: readonly bigint[] = [MAIN, STREAM, SYNCPOINT, INDEX, INFO];
const LETTER_N = 0x4e;

/** Bytes asked for at a time between payloads: enough for a sync point and a frame header, little to copy on. */
const CHUNK = 256;
/** Longest packet that is taken whole; ffmpeg's headers are about 200 bytes, its info packets grow with metadata. */
const PACKET_LIMIT = 64 * 1024;

/** One NUT stream of one video stream, as ffmpeg's `-f nut` writes it to a pipe. */
export class NutReader {
  readonly #source: ByteSource;
  #ahead = new Uint8Array(4096);
  #from = 0;
  #to = 0;
  #main: MainHeader | undefined;
  #stream: StreamHeader | undefined;
  #lastPts = 0;
  #lastSize: number | undefined;
  #payloadLeft = 0;
  #elided = new Uint8Array(0);
  #damages = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** How often the stream had to be searched for its next start code. */
  get damages(): number {
    return this.#damages;
  }

  /** Reads to the end of the first stream header; undefined when the stream ends before. */
  open(): StreamHeader | undefined {
    while (this.#to - this.#from < FILE_ID.length) if (!this.#fill()) return undefined;
    if (!FILE_ID.equals(this.#ahead.subarray(this.#from, this.#from + FILE_ID.length))) {
      throw new NutDamage("the file id is missing");
    }
    this.#from += FILE_ID.length;
    while (this.#stream === undefined) {
      if (this.#to === this.#from && !this.#fill()) return undefined;
      if (!this.#tryPacket()) return undefined;
    }
    return this.#stream;
  }

  /**
   * The next frame's header, or undefined at the end. The payload of the frame before, if it was not read, is
   * passed over. Damage is passed over too, up to the next start code. Opens the stream if that was not done.
   */
  next(): NutFrame | undefined {
    if (this.#stream === undefined ? this.open() === undefined : !this.skip()) return undefined;
    for (;;) {
      if (this.#to === this.#from && !this.#fill()) return undefined;
      if (this.#ahead[this.#from] === LETTER_N) {
        if (!this.#tryPacket()) return undefined;
        continue;
      }
      const frame = this.#tryFrame();
      if (frame === "short") {
        if (!this.#fill()) return undefined;
      } else if (frame === "damage") {
        if (!this.#resync()) return undefined;
      } else return frame;
    }
  }

  /** Fills `target` from `offset` with the payload's next bytes, `length` at most. False when the stream ends inside. */
  payload(target: Uint8Array, offset: number, length: number): boolean {
    let at = offset;
    const end = offset + Math.min(length, this.#payloadLeft);
    this.#payloadLeft -= end - offset;
    if (this.#elided.length > 0) {
      const taken = Math.min(end - at, this.#elided.length);
      target.set(this.#elided.subarray(0, taken), at);
      this.#elided = this.#elided.subarray(taken);
      at += taken;
    }
    const buffered = Math.min(end - at, this.#to - this.#from);
    target.set(this.#ahead.subarray(this.#from, this.#from + buffered), at);
    this.#from += buffered;
    at += buffered;
    while (at < end) {
      const read = this.#source.read(target, at, end - at);
      if (read === 0) return false;
      at += read;
    }
    return true;
  }

  /** Passes over what is left of the current payload. False when the stream ends inside. */
  skip(): boolean {
    this.#payloadLeft = Math.max(0, this.#payloadLeft - this.#elided.length);
    this.#elided = this.#elided.subarray(this.#elided.length);
    while (this.#payloadLeft > 0) {
      if (this.#to === this.#from && !this.#fill(this.#ahead.length)) return false;
      const passed = Math.min(this.#payloadLeft, this.#to - this.#from);
      this.#from += passed;
      this.#payloadLeft -= passed;
    }
    return true;
  }

  /** One read into the look-ahead, moved to its beginning; it grows when a packet needs it. */
  #fill(most = CHUNK): boolean {
    if (this.#from > 0) {
      this.#ahead.copyWithin(0, this.#from, this.#to);
      this.#to -= this.#from;
      this.#from = 0;
    }
    if (this.#to === this.#ahead.length) {
      const grown = new Uint8Array(this.#ahead.length * 2);
      grown.set(this.#ahead);
      this.#ahead = grown;
    }
    const read = this.#source.read(this.#ahead, this.#to, Math.min(most, this.#ahead.length - this.#to));
    this.#to += read;
    return read > 0;
  }

  /** Takes one packet with a start code; damage leads to the next start code. False when the stream ends. */
  #tryPacket(): boolean {
    for (;;) {
      const result = this.#packet();
      if (result === "done") return true;
      if (result === "damage") return this.#resync();
      if (!this.#fill()) return false;
    }
  }

  #packet(): "done" | "short" | "damage" {
    const window = this.#ahead.subarray(this.#from, this.#to);
    if (window.length < 8) return "short";
    const code = new DataView(window.buffer, window.byteOffset, 8).getBigUint64(0);
    if (!START_CODES.includes(code)) return "damage";
    try {
      const bytes = new NutBytes(window, 8);
      const length = bytes.unsigned();
      if (length < 4 || length > PACKET_LIMIT) return "damage";
      if (length > 4096) bytes.uint32();
      const end = bytes.at + length;
      if (end > window.length) return "short";
      const content = window.subarray(bytes.at, end - 4);
      if (nutCrc(content) !== new NutBytes(window, end - 4).uint32()) return "damage";
      this.#take(code, content);
      this.#from += end;
      return "done";
    } catch (error) {
      if (error instanceof NutShort && window.length < PACKET_LIMIT) return "short";
      if (error instanceof NutDamage) return "damage";
      throw error;
    }
  }

  #take(code: bigint, content: Uint8Array): void {
    if (code === MAIN) this.#main = parseMainHeader(content);
    else if (code === STREAM && this.#main !== undefined)
      this.#stream = parseStreamHeader(content, this.#main);
    else if (code === SYNCPOINT) this.#syncPoint(content);
  }

  /** A sync point sets the time stamp to which the following frames' low bits are relative. */
  #syncPoint(content: Uint8Array): void {
    if (this.#main === undefined || this.#stream === undefined)
      throw new NutDamage("a sync point before the headers");
    const coded = new NutBytes(content).unsigned();
    const count = this.#main.timeBases.length;
    const base = this.#main.timeBases[coded % count];
    if (base === undefined) throw new NutDamage("a sync point names no time base");
    const own = this.#stream.timeBase;
    const ticks = BigInt(Math.floor(coded / count)) * BigInt(base.num) * BigInt(own.den);
    this.#lastPts = Number(ticks / (BigInt(base.den) * BigInt(own.num)));
  }

  #tryFrame(): NutFrame | "short" | "damage" {
    if (this.#main === undefined || this.#stream === undefined) return "damage";
    const window = this.#ahead.subarray(this.#from, this.#to);
    try {
      return this.#frame(window, this.#main, this.#stream);
    } catch (error) {
      if (error instanceof NutShort) return "short";
      if (error instanceof NutDamage) return "damage";
      throw error;
    }
  }

  #frame(window: Uint8Array, main: MainHeader, stream: StreamHeader): NutFrame {
    const bytes = new NutBytes(window);
    const code = main.codes[bytes.byte()];
    if (code === undefined || code.flags & FRAME_FLAG.invalid) throw new NutDamage("an invalid frame code");
    const flags = code.flags & FRAME_FLAG.coded ? code.flags ^ bytes.unsigned() : code.flags;
    const id = flags & FRAME_FLAG.streamId ? bytes.unsigned() : code.stream;
    if (id !== stream.id) throw new NutDamage(`a frame of stream ${id}`);
    const pts =
      flags & FRAME_FLAG.codedPts ? this.#fullPts(bytes.unsigned(), stream) : this.#lastPts + code.ptsDelta;
    let size = code.sizeLsb;
    if (flags & FRAME_FLAG.sizeMsb) size += code.sizeMultiplier * bytes.unsigned();
    if (flags & FRAME_FLAG.matchTime) bytes.signed();
    const headerIndex = flags & FRAME_FLAG.headerIndex ? bytes.unsigned() : code.headerIndex;
    let reserved = flags & FRAME_FLAG.reserved ? bytes.unsigned() : code.reserved;
    for (; reserved > 0; reserved--) bytes.unsigned();
    if (flags & FRAME_FLAG.checksum) {
      const seen = nutCrc(window, 0, bytes.at);
      if (seen !== bytes.uint32()) throw new NutDamage("a frame header's checksum differs");
    } else if (
      size > 2 * main.maxDistance ||
      Math.abs(pts - this.#lastPts) > stream.maxPtsDistance ||
      (this.#lastSize !== undefined && size !== this.#lastSize)
    ) {
      // The first two by the specification; the last since raw pictures of one stream are all of one size.
      throw new NutDamage("a frame without the checksum it must have");
    }
    if (flags & FRAME_FLAG.sideData) throw new NutDamage("side data, which only NUT 4 has");
    const elided = size > 4096 ? main.elided[0] : main.elided[headerIndex];
    if (elided === undefined || elided.length > size) throw new NutDamage("a frame names no elided header");
    this.#elided = elided.slice();
    this.#from += bytes.at;
    this.#payloadLeft = size;
    this.#lastSize = size;
    this.#lastPts = pts;
    return { ptsMs: (pts * 1000 * stream.timeBase.num) / stream.timeBase.den, size };
  }

  /** Short time stamps carry the low bits only: the nearest value to the last one that ends so. */
  #fullPts(coded: number, stream: StreamHeader): number {
    const range = 2 ** stream.msbPtsShift;
    if (coded >= range) return coded - range;
    const base = this.#lastPts - Math.floor((range - 1) / 2);
    return base + ((((coded - base) % range) + range) % range);
  }

  /** Gives up one byte and looks for the next start code of a sync point or header. */
  #resync(): boolean {
    this.#damages++;
    this.#from++;
    for (;;) {
      while (this.#to - this.#from >= 8) {
        if (this.#ahead[this.#from] === LETTER_N) {
          const code = new DataView(this.#ahead.buffer, this.#from, 8).getBigUint64(0);
          if (START_CODES.includes(code)) return true;
        }
        this.#from++;
      }
      if (!this.#fill(this.#ahead.length)) return false;
    }
  }
}
