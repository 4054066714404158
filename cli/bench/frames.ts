// What it costs Node to take frames from ffmpeg: ring, small and full-size pictures read, nothing inferred.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { pino } from "pino";
import { openCamera } from "../../edge/camera/camera.ts";
import type { FrameRequest, FrameSource } from "../../edge/camera/frame.ts";

export interface FramesResult {
  /** CPU of this process per analysed frame, all threads. */
  readonly node_cpu_ms_per_1080p_frame: number;
  /** CPU of its ffmpegs per analysed frame: decoding five times as many, scaling, writing. */
  readonly ffmpeg_cpu_ms_per_frame: number;
  readonly node_to_ffmpeg: number;
  /** How late the main thread's timers were. */
  readonly main_thread_delay_p99_ms: number;
  readonly cameras: number;
  readonly frames: number;
  readonly dropped: number;
}

const CAMERAS = 4;
const REQUEST: FrameRequest = {
  small: [{ width: 416, height: 416, fit: "letterbox-top-left", pad: 114 }],
  full: true,
  fps: 5,
  ring: { seconds: 20, megabytes: 30 },
};
const WARM_MS = 6000;
const MEASURED_MS = 15_000;
/** Longer than both, so that no run begins or ends while it is measured. */
const CLIP_S = 40;
/** The histogram holds whole intervals of its timer, ms; a shorter one would be a load of its own. */
const TIMER_MS = 10;
/** Linux counts a process's CPU in hundredths of a second on every machine we run on, ms. */
const CPU_TICK_MS = 10;

/** Cameras are files at their own pace: 1080p25 H.264 of 4 Mbit/s, a key frame every two seconds. Linux only. */
export async function measureFrames(): Promise<FramesResult> {
  const folder = mkdtempSync(join(tmpdir(), "ngatu-bench-frames-"));
  const stop = new AbortController();
  const cameras: FrameSource[] = [];
  try {
    const source = makeClip(join(folder, "camera.mp4"));
    const log = pino({ level: process.env["NGATU_LOG"] ?? "silent" }, pino.destination(2));
    for (let index = 0; index < CAMERAS; index++)
      cameras.push(
        openCamera({ name: `camera-${index}`, source, request: REQUEST, pace: "realtime-file", log }),
      );
    const taken = { frames: 0 };
    const takers = cameras.map((camera) => take(camera, stop.signal, taken));
    await new Promise((resolve) => setTimeout(resolve, WARM_MS));
    const delay = monitorEventLoopDelay({ resolution: TIMER_MS });
    delay.enable();
    const before = { node: process.cpuUsage(), ffmpeg: childrenCpuMs(), frames: taken.frames };
    await new Promise((resolve) => setTimeout(resolve, MEASURED_MS));
    delay.disable();
    const node = process.cpuUsage(before.node);
    const ffmpegMs = childrenCpuMs() - before.ffmpeg;
    const frames = taken.frames - before.frames;
    stop.abort();
    await Promise.all(takers);
    const nodeMs = (node.user + node.system) / 1000;
    return {
      node_cpu_ms_per_1080p_frame: round(nodeMs / frames),
      ffmpeg_cpu_ms_per_frame: round(ffmpegMs / frames),
      node_to_ffmpeg: round(nodeMs / ffmpegMs),
      main_thread_delay_p99_ms: round(Math.max(0, delay.percentile(99) / 1e6 - TIMER_MS)),
      cameras: CAMERAS,
      frames,
      dropped: cameras.reduce((sum, camera) => sum + camera.dropped, 0),
    };
  } finally {
    stop.abort();
    for (const camera of cameras) await camera.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeClip(file: string): string {
  const picture = `testsrc2=size=1920x1080:rate=25,noise=alls=8:allf=t`;
  const codec = [
    "-c:v",
    "libx264",
    "-preset",
    "veryfast",
    "-bf",
    "0",
    "-g",
    "50",
    "-b:v",
    "4M",
    "-maxrate",
    "4M",
  ];
  const output = ["-bufsize", "8M", "-pix_fmt", "yuv420p", "-t", "10"];
  const once = file.replace(".mp4", "-once.mp4");
  const quiet = ["-v", "error", "-nostdin", "-y"];
  execFileSync("ffmpeg", [...quiet, "-f", "lavfi", "-i", picture, ...codec, ...output, once], {
    timeout: 180_000,
  });
  const again = ["-stream_loop", String(CLIP_S / 10 - 1), "-i", once, "-c", "copy", file];
  execFileSync("ffmpeg", [...quiet, ...again], { timeout: 60_000 });
  return file;
}

async function take(camera: FrameSource, signal: AbortSignal, taken: { frames: number }): Promise<void> {
  for await (const frame of camera.frames(signal)) {
    taken.frames++;
    frame.release();
  }
}

/** CPU that this process's children have used so far, ms. */
function childrenCpuMs(): number {
  let ticks = 0;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const fields = statOf(pid);
    if (fields?.[1] === String(process.pid)) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks * CPU_TICK_MS;
}

/** From the third field of proc(5)'s stat on: state, parent, …, user and system time. */
function statOf(pid: string): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, "latin1")
      .replace(/^.*\) /s, "")
      .split(" ");
  } catch {
    return undefined; // gone meanwhile
  }
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
