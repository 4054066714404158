// What the gate lets through of a real transport stream: all, the beginnings of groups, and all again from a key frame on.
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PacketGate } from "../../../edge/camera/packet-gate.ts";
import { PACKET_BYTES } from "../../../edge/camera/transport-packet.ts";
import { makeClip, temporaryFolder } from "./clip-file.ts";

const folder = temporaryFolder();
const clip = makeClip(join(folder, "clip.mp4"), { size: "320x240", seconds: 6 });
const flags = ["-v", "error", "-nostdin"];

/** Six seconds at 25 frames a second as a transport stream. */
function encode(...codec: readonly string[]): Buffer {
  const output = ["-sc_threshold", "0", "-f", "mpegts", "-"];
  return execFileSync("ffmpeg", [...flags, "-i", clip, "-c:v", ...codec, ...output], { maxBuffer: 1e8 });
}

/** A key frame every second, and no picture out of order. */
const stream = encode("libx264", "-bf", "0", "-g", "25");

/** Presentation times, in the stream's ticks, of the pictures that a decoder makes of it, and its complaints. */
function decode(packets: Buffer): { readonly times: number[]; readonly errors: string } {
  const input = ["-v", "warning", "-nostdin", "-copyts", "-f", "mpegts", "-i", "pipe:0"];
  const output = ["-fps_mode", "passthrough", "-f", "framecrc", "-c:v", "rawvideo", "-"];
  const { stdout, stderr } = spawnSync("ffmpeg", [...input, ...output], { input: packets, maxBuffer: 1e8 });
  const times = [...stdout.toString().matchAll(/^0, +-?\d+, +(-?\d+),/gm)].map(([, pts]) => Number(pts));
  return { times, errors: stderr.toString() };
}

function gate(): { readonly gate: PacketGate; readonly passed: () => Buffer } {
  const parts: Buffer[] = [];
  return { gate: new PacketGate((packets) => parts.push(packets)), passed: () => Buffer.concat(parts) };
}

const all = decode(stream).times.length;

describe("a packet gate", () => {
  it("lets every packet through as it came, in whatever pieces", () => {
    const { gate: open, passed } = gate();
    for (let at = 0; at < stream.length; at += 1000) open.push(stream.subarray(at, at + 1000));
    expect(passed().length).toBe(Math.floor(stream.length / PACKET_BYTES) * PACKET_BYTES);
    expect(decode(passed()).times).toHaveLength(all);
  });

  it("lets the beginning of each group through while resting, and the decoder finds no fault in it", () => {
    const { gate: resting, passed } = gate();
    resting.rest(true);
    resting.push(stream);
    const { times, errors } = decode(passed());
    // The first group passes whole, since it isn't known yet how long groups are.
    expect(times).toHaveLength(25 + 5 * 3);
    expect(errors).not.toMatch(/error|corrupt|concealing|discontinuity|Continuity/i);
    expect(passed().length).toBeLessThan(stream.length * 0.75);
  });

  it("lets the whole group through when woken in its middle, so that nothing is missing from its key frame on", () => {
    const { gate: woken, passed } = gate();
    woken.rest(true);
    // The middle of the stream lies within the fourth group.
    const middle = Math.floor(stream.length / 2 / PACKET_BYTES) * PACKET_BYTES + 30 * PACKET_BYTES;
    woken.push(stream.subarray(0, middle));
    woken.rest(false);
    woken.push(stream.subarray(middle));
    const { times, errors } = decode(passed());
    expect(errors).not.toMatch(/error|corrupt|concealing|discontinuity|Continuity/i);
    expect(times.length).toBeGreaterThan(25 + 2 * 3 + 50);
    const steps = times.map((time, index) => time - (times[index - 1] ?? time)).slice(1);
    expect(steps.slice(-50).every((step) => Math.abs(step - (steps.at(-1) ?? 0)) <= 1)).toBe(true);
  });

  it("knows the key frames of H.265 as well", () => {
    const { gate: resting, passed } = gate();
    const pools = ["-x265-params", "log-level=error:bframes=0:keyint=25:min-keyint=25:open-gop=0:scenecut=0"];
    resting.rest(true);
    resting.push(encode("libx265", "-preset", "ultrafast", ...pools));
    const { times, errors } = decode(passed());
    // The first group passes whole, since it isn't known yet how long groups are.
    expect(times).toHaveLength(25 + 5 * 3);
    expect(errors).not.toMatch(/error|corrupt|concealing|discontinuity|Continuity/i);
  });

  it.each([
    ["whose pictures are shown in another order", ["-bf", "2", "-g", "25"]],
    ["whose groups are open", ["-bf", "2", "-g", "25", "-x264-params", "open-gop=1"]],
    ["with a key frame in six seconds", ["-bf", "0", "-g", "250"]],
    ["that is refreshed bit by bit, without any key frame", ["-bf", "0", "-g", "25", "-intra-refresh", "1"]],
  ])("keeps nothing back of a stream %s", (_what, codec) => {
    const { gate: resting, passed } = gate();
    const whole = encode("libx264", ...codec);
    resting.rest(true);
    for (let at = 0; at < whole.length; at += 5000) resting.push(whole.subarray(at, at + 5000));
    expect(passed()).toHaveLength(whole.length);
  });

  it("passes over bytes that are out of step", () => {
    const { gate: open, passed } = gate();
    open.push(Buffer.concat([Buffer.from([1, 2, 3]), stream]));
    expect(decode(passed()).times).toHaveLength(all);
  });
});
