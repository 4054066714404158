// The few slots of shared memory through which one camera's frames go from its reader thread to the main thread.
import type { FullPicture, SmallPicture } from "./frame.ts";

/** Sizes of the pictures in a slot. */
export interface SlotLayout {
  readonly small: readonly { readonly width: number; readonly height: number }[];
  readonly full?: { readonly width: number; readonly height: number } | undefined;
}

/** What both threads share of a ring besides the pictures. */
export interface RingMemory {
  readonly control: SharedArrayBuffer;
  readonly times: SharedArrayBuffer;
}

/** Slots beside those that are held: one being written, one waiting as the latest. */
const SLOTS_IN_PASSING = 2;
/** Frames of a camera that may be held at once, unless its analysis asks for more. */
export const HELD = 4;

/** Index of each number in the control array; the slots' states follow. */
const CONTROL = { latest: 0, read: 1, dropped: 2, mismatched: 3, stop: 4, states: 5 } as const;
const FREE = 0;
const TAKEN = 1;
const TIMES = 2;

/** When a frame was presented and when it arrived. */
export interface SlotTimes {
  /** The stream's own time, ms, from an origin of its own. */
  readonly ptsMs: number;
  /** The box's monotonic clock, ms, when its first byte came (edge/clock/monotonic.ts). */
  readonly arrivalMs: number;
}

/** @param held frames that may be held at once. */
export function allocateRing(held = HELD): RingMemory {
  const slots = held + SLOTS_IN_PASSING;
  const control = new SharedArrayBuffer((CONTROL.states + slots) * 4);
  new Int32Array(control)[CONTROL.latest] = -1;
  return { control, times: new SharedArrayBuffer(slots * TIMES * 8) };
}

/**
 * The ring's states. The writer (reader thread) claims a free slot, fills it and publishes it as the latest; the
 * taker (main thread) takes the latest and frees it when nobody holds it any more. A published frame that was not
 * taken before the next one is dropped and counted; nothing is ever queued.
 */
export class Ring {
  /** How many slots there are. */
  readonly slots: number;
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #times: Float64Array<SharedArrayBuffer>;

  constructor(memory: RingMemory) {
    this.#control = new Int32Array(memory.control);
    this.#times = new Float64Array(memory.times);
    this.slots = this.#times.length / TIMES;
  }

  /** Frames read from ffmpeg since the start; grows while the camera is alive. */
  get read(): number {
    return Atomics.load(this.#control, CONTROL.read);
  }

  get dropped(): number {
    return Atomics.load(this.#control, CONTROL.dropped);
  }

  /** Pictures dropped because the other output lacked the same instant. */
  get mismatched(): number {
    return Atomics.load(this.#control, CONTROL.mismatched);
  }

  get waiting(): boolean {
    return Atomics.load(this.#control, CONTROL.latest) >= 0;
  }

  countDropped(): void {
    Atomics.add(this.#control, CONTROL.dropped, 1);
  }

  countMismatched(): void {
    Atomics.add(this.#control, CONTROL.mismatched, 1);
  }

  countRead(): void {
    Atomics.add(this.#control, CONTROL.read, 1);
  }

  /** Writer: a slot to fill, or undefined when all are held; the frame that waits untaken is given up first. */
  claim(): number | undefined {
    return this.#free() ?? this.#reclaimLatest();
  }

  /** Writer in lock step: waits for a free slot; undefined once stopped. */
  claimWaiting(): number | undefined {
    for (;;) {
      if (this.stopped) return undefined;
      const slot = this.#free();
      if (slot !== undefined) return slot;
      Atomics.wait(this.#control, CONTROL.states, TAKEN, LOCK_STEP_POLL_MS);
    }
  }

  #free(): number | undefined {
    for (let slot = 0; slot < this.slots; slot++) {
      if (Atomics.compareExchange(this.#control, CONTROL.states + slot, FREE, TAKEN) === FREE) return slot;
    }
    return undefined;
  }

  #reclaimLatest(): number | undefined {
    const slot = Atomics.exchange(this.#control, CONTROL.latest, -1);
    if (slot < 0) return undefined;
    this.countDropped();
    return slot;
  }

  /** Writer: makes a filled slot the latest. True when the taker must be told (the one before had been taken). */
  publish(slot: number, times: SlotTimes): boolean {
    this.#write(slot, times);
    const before = Atomics.exchange(this.#control, CONTROL.latest, slot);
    if (before < 0) return true;
    this.countDropped();
    this.free(before);
    return false;
  }

  /** Writer in lock step: waits until the one before was taken, so that nothing is dropped. False once stopped. */
  publishWaiting(slot: number, times: SlotTimes): boolean {
    this.#write(slot, times);
    for (;;) {
      if (this.stopped) return false;
      const before = Atomics.compareExchange(this.#control, CONTROL.latest, -1, slot);
      if (before === -1) return true;
      Atomics.wait(this.#control, CONTROL.latest, before, LOCK_STEP_POLL_MS);
    }
  }

  #write(slot: number, times: SlotTimes): void {
    this.#times[slot * TIMES] = times.ptsMs;
    this.#times[slot * TIMES + 1] = times.arrivalMs;
  }

  /** Taker: the latest slot, now its own until {@link free}. */
  take(): number | undefined {
    const slot = Atomics.exchange(this.#control, CONTROL.latest, -1);
    Atomics.notify(this.#control, CONTROL.latest);
    return slot < 0 ? undefined : slot;
  }

  /** Taker: gives up the frame that waits, if one does. */
  dropLatest(): void {
    const slot = this.#reclaimLatest();
    if (slot !== undefined) this.free(slot);
  }

  times(slot: number): SlotTimes {
    return { ptsMs: this.#times[slot * TIMES] ?? 0, arrivalMs: this.#times[slot * TIMES + 1] ?? 0 };
  }

  free(slot: number): void {
    Atomics.store(this.#control, CONTROL.states + slot, FREE);
    Atomics.notify(this.#control, CONTROL.states);
  }

  get stopped(): boolean {
    return Atomics.load(this.#control, CONTROL.stop) !== 0;
  }

  /** Ends every wait of the writer, for good. */
  stop(): void {
    Atomics.store(this.#control, CONTROL.stop, 1);
    Atomics.notify(this.#control, CONTROL.states);
    Atomics.notify(this.#control, CONTROL.latest);
  }
}

/** A bound on each wait, so that a notification between the check and the wait costs time, never a hang. */
const LOCK_STEP_POLL_MS = 50;

/** Where each picture lies in a slot's buffer, in the order of the outputs (the full one first, then the small ones). */
export function slotOffsets(layout: SlotLayout): {
  readonly offsets: readonly number[];
  readonly bytes: number;
} {
  const offsets: number[] = [];
  let bytes = 0;
  for (const length of pictureBytes(layout)) {
    offsets.push(bytes);
    bytes += Math.ceil(length / 64) * 64;
  }
  return { offsets, bytes };
}

/** Bytes of each picture, in the order of the outputs. */
export function pictureBytes(layout: SlotLayout): number[] {
  const lengths = layout.small.map(({ width, height }) => width * height * 3);
  return layout.full === undefined ? lengths : [yuv420Bytes(layout.full), ...lengths];
}

export function yuv420Bytes({ width, height }: { width: number; height: number }): number {
  return width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
}

/** Views of one slot's pictures; made once per buffer, not per frame. */
export function slotPictures(
  buffer: SharedArrayBuffer,
  layout: SlotLayout,
  matrix: FullPicture["matrix"],
): { readonly small: readonly SmallPicture[]; readonly full: FullPicture | undefined } {
  const { offsets } = slotOffsets(layout);
  const firstSmall = layout.full === undefined ? 0 : 1;
  const small = layout.small.map(({ width, height }, index) => ({
    width,
    height,
    pixels: new Uint8Array(buffer, offsets[firstSmall + index] ?? 0, width * height * 3),
  }));
  if (layout.full === undefined) return { small, full: undefined };
  const planes = new Uint8Array(buffer, 0, yuv420Bytes(layout.full));
  return { small, full: { ...layout.full, planes, matrix } };
}
