// Every fault of a camera in turn: whether its frames come back, how soon, and whether any frame claimed a wrong time.
import { clockPicture, SOUND } from "../../../test/camera-server/server.ts";
import { CameraRig, pauseS, type SeenFrame } from "./rig.ts";

export interface FaultResult {
  readonly recovered: boolean;
  /** From the fault's end to the first frame taken after it, s. */
  readonly recovery_s: number;
  readonly frames_with_wrong_time: number;
}

interface CameraFault {
  /** What the camera serves; by default H.264 with a key frame a second. */
  readonly launch?: string;
  /** Set before the camera is opened. */
  readonly before?: (rig: CameraRig) => void;
  /** From the fault's beginning to its end. */
  readonly suffer: (rig: CameraRig) => Promise<void> | void;
}

const SIZE = { width: 320, height: 180 };
const TICKS_PER_S = 90_000;
const SOUND_ONLY = SOUND.replace("pay1", "pay0");

async function restart(rig: CameraRig, awayS: number): Promise<void> {
  await rig.server.kill();
  await pauseS(awayS);
  await rig.server.start();
}

/** Serves something else for a while. */
async function replace(rig: CameraRig, launch: string, seconds: number): Promise<void> {
  await rig.server.kill();
  rig.server.serve(launch);
  await rig.server.start();
  await pauseS(seconds);
  await rig.server.kill();
  rig.server.serve(clockPicture(SIZE));
  await rig.server.start();
}

export const CAMERA_FAULTS: Readonly<Record<string, CameraFault>> = {
  "server-killed": { suffer: (rig) => restart(rig, 0) },
  "server-down": { suffer: (rig) => restart(rig, 8) },
  "server-frozen": {
    suffer: async ({ server }) => {
      server.freeze();
      await pauseS(8);
      server.thaw();
    },
  },
  "source-dead": {
    suffer: async ({ server }) => {
      server.tell("pause");
      await pauseS(8);
      server.tell("resume");
    },
  },
  "stream-ended": { suffer: ({ proxy }) => proxy.end() },
  "wrong-password": {
    suffer: async (rig) => {
      await rig.server.kill();
      rig.server.protect({ user: "viewer", password: "another" });
      await rig.server.start();
      await pauseS(4);
      await rig.server.kill();
      rig.server.protect(undefined);
      await rig.server.start();
    },
  },
  "connect-burst": {
    suffer: async ({ proxy }) => {
      proxy.meddling.delayMs = 1500;
      await pauseS(3);
      proxy.meddling.delayMs = 0;
      proxy.cut();
    },
  },
  cut: { suffer: ({ proxy }) => proxy.cut() },
  throttled: {
    suffer: async ({ proxy }) => {
      proxy.meddling.bytesPerSecond = 2000;
      await pauseS(8);
      proxy.meddling.bytesPerSecond = 0;
      proxy.cut();
    },
  },
  "wrong-codec": { suffer: (rig) => replace(rig, SOUND_ONLY, 5) },
  h265: { launch: clockPicture(SIZE, "h265"), suffer: ({ proxy }) => proxy.cut() },
  "size-change": { suffer: ({ server }) => server.tell("size 640 360") },
  "audio-track": { launch: `${clockPicture(SIZE)} ${SOUND}`, suffer: ({ proxy }) => proxy.cut() },
  "no-key-frames": { launch: clockPicture(SIZE, "h264", 500), suffer: () => pauseS(21) },
  "stamps-jump": {
    suffer: ({ proxy }) => {
      proxy.meddling.stampOffset += 100 * TICKS_PER_S;
    },
  },
  "stamps-backwards": {
    suffer: ({ proxy }) => {
      proxy.meddling.stampOffset -= 7 * TICKS_PER_S;
    },
  },
  "clock-an-hour-off": {
    before: ({ proxy }) => {
      proxy.meddling.clockOffsetS = 3600;
    },
    suffer: async ({ proxy }) => {
      await pauseS(10);
      proxy.meddling.clockOffsetS = 0;
    },
  },
};

const FIRST_FRAME_S = 40;
/** Before the fault: until the times have settled. */
const STEADY_S = 4;
/** After it: given up as not recovered. */
const GIVE_UP_S = 40;
/** After the recovery: whether the times stay right. */
const AFTER_S = 5;

export async function measureFaults(only = Object.keys(CAMERA_FAULTS)): Promise<Record<string, FaultResult>> {
  const results: Record<string, FaultResult> = {};
  for (const [name, fault] of Object.entries(CAMERA_FAULTS)) {
    if (only.includes(name)) results[name] = await measureFault(fault);
  }
  return results;
}

async function measureFault(fault: CameraFault): Promise<FaultResult> {
  const rig = await CameraRig.create();
  try {
    fault.before?.(rig);
    await rig.start(fault.launch);
    const began = await rig.frames(1, FIRST_FRAME_S);
    await pauseS(STEADY_S);
    await fault.suffer(rig);
    const endedMs = Date.now();
    const fresh = (): SeenFrame | undefined =>
      rig.seen.find(({ atMs, drawnMs }) => atMs >= endedMs && drawnMs !== undefined && drawnMs >= endedMs);
    const recovered = began && (await rig.until(() => fresh() !== undefined, GIVE_UP_S));
    await pauseS(AFTER_S);
    return {
      recovered,
      recovery_s: Math.round(((fresh()?.atMs ?? Date.now()) - endedMs) / 100) / 10,
      frames_with_wrong_time: wrongTimes(rig.seen),
    };
  } finally {
    await rig.stop();
  }
}

/**
 * A time is wrong where the frame's stated interval does not hold the time drawn, or where media time did not grow.
 * A frame that states no uncertainty claims no capture time.
 */
function wrongTimes(seen: readonly SeenFrame[]): number {
  return seen.filter(({ time, drawnMs }, index) => {
    const before = seen[index - 1];
    if (before !== undefined && time.tMs <= before.time.tMs) return true;
    if (drawnMs === undefined || time.uncertaintyMs === undefined) return false;
    return Math.abs(time.captureMs - drawnMs) > time.uncertaintyMs;
  }).length;
}
