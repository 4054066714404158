// A camera's reader thread: blocks on ffmpeg's pipes and reads pixels straight into shared slots.
import { readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { monotonicMs } from "../clock/monotonic.ts";
import { NutDamage } from "./nut-bytes.ts";
import { type NutFrame, NutReader } from "./nut.ts";
import type { ReadCommand, ReaderMessage, ReaderSetup } from "./reader-messages.ts";
import { pictureBytes, Ring, type SlotLayout, slotOffsets, type SlotTimes } from "./slots.ts";

if (parentPort === null) throw new Error("the reader runs as a worker thread only");
const port = parentPort;
const setup = workerData as ReaderSetup;
const ring = new Ring(setup.ring);
let layout: SlotLayout | undefined;
let slots: Uint8Array<SharedArrayBuffer>[] = [];

/** One output of ffmpeg. */
interface Output {
  readonly nut: NutReader;
  readonly bytes: number;
  readonly offset: number;
  /** A frame whose header was read while its partner was missing. */
  pending: NutFrame | undefined;
}

port.on("message", (command: ReadCommand) => {
  let frames = 0;
  try {
    const outputs = open(command.fds);
    if (outputs !== undefined) while (pass(outputs, command.run)) frames++;
    tell({ kind: "end", run: command.run, frames });
  } catch (error) {
    if (!(error instanceof NutDamage || isSystemFault(error))) throw error;
    tell({ kind: "end", run: command.run, frames, fault: error.message });
  }
});

function tell(message: ReaderMessage): void {
  port.postMessage(message);
}

function isSystemFault(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && "syscall" in error;
}

/**
 * Reads the first output's header; undefined when ffmpeg ended before it wrote one. The other outputs' headers are
 * read with their first picture.
 */
function open(fds: readonly number[]): Output[] | undefined {
  const nuts = fds.map(
    (fd) => new NutReader({ read: (target, offset, length) => readSync(fd, target, offset, length, null) }),
  );
  const first = nuts[0]?.open();
  if (first === undefined) return undefined;
  const full = setup.full ? { width: first.width, height: first.height } : undefined;
  const wanted: SlotLayout = { small: setup.small, full };
  prepareSlots(wanted);
  const lengths = pictureBytes(wanted);
  const { offsets } = slotOffsets(wanted);
  return nuts.map((nut, index) => ({
    nut,
    bytes: lengths[index] ?? 0,
    offset: offsets[index] ?? 0,
    pending: undefined,
  }));
}

function prepareSlots(wanted: SlotLayout): void {
  const same = layout?.full?.width === wanted.full?.width && layout?.full?.height === wanted.full?.height;
  if (layout !== undefined && same) return;
  layout = wanted;
  const { bytes } = slotOffsets(wanted);
  const buffers = Array.from({ length: ring.slots }, () => new SharedArrayBuffer(bytes));
  slots = buffers.map((buffer) => new Uint8Array(buffer));
  tell({ kind: "slots", layout: wanted, buffers });
}

/** Reads one instant from all outputs and publishes it. False at the end. */
function pass(outputs: readonly Output[], run: number): boolean {
  const first = outputs[0];
  const head = first === undefined ? undefined : header(first);
  if (first === undefined || head === undefined) return false;
  const arrivalMs = monotonicMs();
  const slot = setup.lockStep ? ring.claimWaiting() : ring.claim();
  const target = slot === undefined ? undefined : slots[slot];
  if (slot === undefined || target === undefined) {
    if (ring.stopped) return false;
    return dropInstant(outputs);
  }
  const complete = fill(outputs, head, target);
  if (complete !== "complete") {
    ring.free(slot);
    if (complete === "mismatch") ring.countMismatched();
    return complete === "mismatch";
  }
  ring.countRead();
  return publish(slot, { ptsMs: head.ptsMs, arrivalMs }, run);
}

function publish(slot: number, times: SlotTimes, run: number): boolean {
  if (setup.lockStep) {
    if (!ring.publishWaiting(slot, times)) return false;
    tell({ kind: "frame", run });
  } else if (ring.publish(slot, times)) {
    tell({ kind: "frame", run });
  }
  return true;
}

function header(output: Output): NutFrame | undefined {
  const frame = output.pending ?? output.nut.next();
  output.pending = undefined;
  if (frame !== undefined && frame.size !== output.bytes) {
    throw new NutDamage(`a picture of ${frame.size} bytes came where ${output.bytes} were due`);
  }
  return frame;
}

/** One instant, one output after the other; each has its own writer in ffmpeg, so none of them waits for another. */
function fill(
  outputs: readonly Output[],
  head: NutFrame,
  target: Uint8Array,
): "complete" | "mismatch" | "ended" {
  for (const [index, output] of outputs.entries()) {
    let frame: NutFrame | undefined = index === 0 ? head : header(output);
    while (frame !== undefined && frame.ptsMs < head.ptsMs - SAME_INSTANT_MS) frame = header(output);
    if (frame === undefined) return "ended";
    if (frame.ptsMs > head.ptsMs + SAME_INSTANT_MS) {
      output.pending = frame;
      return "mismatch";
    }
    if (!output.nut.payload(target, output.offset, output.bytes)) return "ended";
  }
  return "complete";
}

/** All outputs share one time base, so equal instants differ by rounding only. */
const SAME_INSTANT_MS = 0.01;

/** Nobody has a free slot: one instant is read and forgotten. */
function dropInstant(outputs: readonly Output[]): boolean {
  for (const [index, output] of outputs.entries()) {
    if (index > 0 && header(output) === undefined) return false;
    if (!output.nut.skip()) return false;
  }
  ring.countRead();
  ring.countDropped();
  return true;
}
