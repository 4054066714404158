// Lets a camera's packets through to the decoder: all of them, or, while nothing happens, the first of each key frame's.
import {
  isKey,
  isPictureStart,
  numberPackets,
  PACKET_BYTES,
  presentationMs,
  SYNC,
} from "./transport-packet.ts";

/** Pictures of each group that pass in any case: the decoder gives a picture out when the next ones have begun. */
const LEAD_PICTURES = 3;
/** A group that is longer or larger than this passes whole: a camera with rare key frames must not be blind. */
const LONGEST_GROUP_MS = 2_500;
const LARGEST_GROUP_BYTES = 8 * 1024 * 1024;
/** A picture that is shown earlier than the one before it, by less than this: further back the clock was set, ms. */
const REORDERED_MS = 2_000;

/**
 * A group of pictures begins with a key frame. While resting, its first pictures pass and the others are kept until the
 * next key frame; waking lets pass what is kept, so that the decoder goes on as if it had been given all from the key
 * frame on. Nothing of an earlier group comes after a later one.
 *
 * Nothing is kept back of a stream whose groups are long, of one without any (a picture that is refreshed bit by bit),
 * nor of one whose pictures come in another order than they are shown in: those after a key frame may need what was
 * before it.
 */
export class PacketGate {
  readonly #forward: (packets: Buffer) => void;
  #cut: Buffer = Buffer.alloc(0);
  #resting = false;
  /** Whether the group under way passes whole. */
  #open = true;
  #picture = 0;
  #reordered = false;
  #groupFromMs: number | undefined;
  /** Length of the last whole group. */
  #groupMs: number | undefined;
  #shownMs: number | undefined;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #counter = 0;

  /** @param forward takes whole packets; their memory is not written to any more */
  constructor(forward: (packets: Buffer) => void) {
    this.#forward = forward;
  }

  get resting(): boolean {
    return this.#resting;
  }

  /** Takes effect at once: waking in the middle of a group, resting from the next picture on. */
  rest(resting: boolean): void {
    this.#resting = resting;
    if (!resting) this.#release();
    else if (this.#mayHold) this.#open = false;
  }

  get #mayHold(): boolean {
    return !this.#reordered && this.#groupMs !== undefined && this.#groupMs <= LONGEST_GROUP_MS;
  }

  /** Takes any piece of the stream and its memory. Bytes out of step are passed over to the next packet's beginning. */
  push(chunk: Buffer): void {
    const bytes = this.#cut.length === 0 ? chunk : Buffer.concat([this.#cut, chunk]);
    let from = 0;
    let at = 0;
    while (at + PACKET_BYTES <= bytes.length) {
      const inStep = bytes[at] === SYNC;
      if (!inStep || isPictureStart(bytes, at)) {
        this.#take(bytes.subarray(from, at));
        from = inStep ? at : at + 1;
        if (inStep) this.#begin(bytes, at);
      }
      at += inStep ? PACKET_BYTES : 1;
    }
    this.#take(bytes.subarray(from, at));
    this.#cut = bytes.subarray(at);
  }

  /** A picture begins. */
  #begin(bytes: Buffer, at: number): void {
    const tMs = presentationMs(bytes, at);
    if (tMs !== undefined) {
      const backMs = (this.#shownMs ?? tMs) - tMs;
      if (backMs > 0 && backMs < REORDERED_MS) this.#reordered = true;
      this.#shownMs = tMs;
    }
    const groupMs =
      tMs === undefined || this.#groupFromMs === undefined ? undefined : tMs - this.#groupFromMs;
    if (isKey(bytes, at)) {
      this.#held = [];
      this.#heldBytes = 0;
      this.#picture = 0;
      this.#groupFromMs = tMs;
      this.#groupMs = groupMs;
      this.#open = !this.#resting || !this.#mayHold;
    } else if (this.#reordered || (groupMs ?? 0) > LONGEST_GROUP_MS) this.#release();
    this.#picture++;
  }

  /** Packets of one picture. */
  #take(packets: Buffer): void {
    if (packets.length === 0) return;
    if (this.#open || this.#picture <= LEAD_PICTURES) this.#pass(packets);
    else {
      this.#held.push(packets);
      this.#heldBytes += packets.length;
      if (this.#heldBytes > LARGEST_GROUP_BYTES) this.#release();
    }
  }

  /** Lets the group under way pass whole, what was kept of it first. */
  #release(): void {
    this.#open = true;
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    for (const packets of held) this.#pass(packets);
  }

  #pass(packets: Buffer): void {
    this.#counter = numberPackets(packets, this.#counter);
    this.#forward(packets);
  }
}
