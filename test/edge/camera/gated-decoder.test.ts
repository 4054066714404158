// What the decoder of a resting camera makes of a group's beginning, before anything more comes.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { FIRST_OUTPUT_FD, gatedArguments } from "../../../edge/camera/ffmpeg-arguments.ts";
import { PacketGate } from "../../../edge/camera/packet-gate.ts";
import { parseSource } from "../../../edge/camera/source.ts";
import { makeClip, temporaryFolder } from "./clip-file.ts";

const SIDE = 96;
const SECONDS = 4;
const FPS = 5;

it("gives a key frame as soon as the group's first pictures have come, not when the next key frame does", async () => {
  const clip = makeClip(join(temporaryFolder(), "plain.mp4"), { size: "320x240", seconds: SECONDS });
  const groups = ["-c:v", "libx264", "-bf", "0", "-g", "25", "-keyint_min", "25", "-sc_threshold", "0"];
  const ts = ["-v", "error", "-nostdin", "-i", clip, ...groups, "-f", "mpegts", "-"];
  const packets: Buffer[] = [];
  const gate = new PacketGate((passed) => packets.push(passed));
  gate.rest(true);
  gate.push(execFileSync("ffmpeg", ts, { maxBuffer: 1e8 }));

  const { decoder } = gatedArguments({
    source: parseSource(clip),
    request: { small: [{ width: SIDE, height: SIDE, fit: "stretch", pad: 0 }], full: false, fps: FPS },
    realtime: false,
    oneThread: true,
    video: undefined,
  });
  const child = spawn("ffmpeg", decoder, { stdio: ["pipe", "ignore", "ignore", "pipe"] });
  const output = child.stdio[FIRST_OUTPUT_FD];
  if (!(output instanceof Readable)) throw new Error("spawned without a pipe");
  // Standard input stays open: as far as the decoder knows, more is to come.
  for (const part of packets) child.stdin?.write(part);
  // The first group passes whole; of the others the key frame alone is due.
  const due = (FPS + SECONDS - 1) * SIDE * SIDE * 3;
  let bytes = 0;
  for await (const chunk of output as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes >= due) break;
  }
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
  expect(bytes).toBeGreaterThanOrEqual(due);
});
