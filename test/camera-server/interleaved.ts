// Finds RTP and RTCP inside an RTSP connection (RFC 2326, 10.12) and changes their clocks.
import type { Meddling } from "./rtsp-proxy.ts";

const DOLLAR = 0x24;
const HEADER = 4;
const SENDER_REPORT = 200;

export class InterleavedFrames {
  readonly #meddling: Pick<Meddling, "clockOffsetS" | "stampOffset">;
  #rest: Buffer = Buffer.alloc(0);

  constructor(meddling: Pick<Meddling, "clockOffsetS" | "stampOffset">) {
    this.#meddling = meddling;
  }

  /** The bytes to be passed on; what is not whole yet waits. */
  push(chunk: Buffer): Buffer {
    const bytes = Buffer.concat([this.#rest, chunk]);
    const out: Buffer[] = [];
    let at = 0;
    while (at < bytes.length) {
      if (bytes[at] !== DOLLAR) {
        // An answer in text; it ends where the next packet begins.
        const next = bytes.indexOf(DOLLAR, at);
        const end = next < 0 ? bytes.length : next;
        out.push(bytes.subarray(at, end));
        at = end;
        continue;
      }
      if (at + HEADER > bytes.length) break;
      const end = at + HEADER + bytes.readUInt16BE(at + 2);
      if (end > bytes.length) break;
      const packet = bytes.subarray(at, end);
      if (this.#change(packet)) out.push(packet);
      at = end;
    }
    this.#rest = bytes.subarray(at);
    return Buffer.concat(out);
  }

  /** False: the packet is taken out. */
  #change(packet: Buffer): boolean {
    const { clockOffsetS, stampOffset } = this.#meddling;
    const isReport = (packet.readUInt8(1) & 1) === 1;
    if (!isReport) {
      if (packet.length >= HEADER + 8) move(packet, HEADER + 4, stampOffset);
      return true;
    }
    if (packet.length < HEADER + 20 || packet.readUInt8(HEADER + 1) !== SENDER_REPORT) return true;
    if (clockOffsetS === undefined) return false;
    move(packet, HEADER + 8, clockOffsetS);
    move(packet, HEADER + 16, stampOffset);
    return true;
  }
}

function move(packet: Buffer, at: number, by: number): void {
  packet.writeUInt32BE((packet.readUInt32BE(at) + by) >>> 0, at);
}
