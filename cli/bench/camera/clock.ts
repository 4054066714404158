// How far a frame's capture time is from the time drawn in its picture, with the camera's clock and without.
import { CameraRig } from "./rig.ts";

export interface ClockError {
  readonly error_ms_p50: number;
  readonly error_ms_p99: number;
  readonly frames: number;
}

/** Sessions of a camera for each method: two reconnects between them. */
const SESSIONS = 3;
const LONGEST_SESSION_S = 120;

export async function measureClock(frames: number): Promise<{ rtcp: ClockError; arrival: ClockError }> {
  return { rtcp: await measure("rtcp", frames), arrival: await measure("arrival", frames) };
}

/** Frames whose time the camera claims by the method, with a stated uncertainty. */
async function measure(method: "rtcp" | "arrival", frames: number): Promise<ClockError> {
  const rig = await CameraRig.create();
  if (method === "arrival") rig.proxy.meddling.clockOffsetS = undefined;
  const errors = (): number[] =>
    rig.seen.flatMap(({ time, drawnMs }) =>
      time.method === method && time.uncertaintyMs !== undefined && drawnMs !== undefined
        ? [Math.abs(time.captureMs - drawnMs)]
        : [],
    );
  try {
    await rig.start();
    for (let session = 1; session <= SESSIONS; session++) {
      const wanted = Math.ceil((frames * session) / SESSIONS);
      if (!(await rig.until(() => errors().length >= wanted, LONGEST_SESSION_S))) break;
      rig.proxy.cut();
    }
  } finally {
    await rig.stop();
  }
  const sorted = errors().sort((a, b) => a - b);
  const at = (share: number): number => round(sorted[Math.ceil(sorted.length * share) - 1] ?? NaN);
  return { error_ms_p50: at(0.5), error_ms_p99: at(0.99), frames: sorted.length };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
