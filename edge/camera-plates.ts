// Reads the plates of a box camera's vehicles, where its file and its rules ask for them.
import type { Logger } from "pino";
import type { CameraConfig } from "../config/camera.ts";
import type { FrameDetector } from "./pipeline.ts";
import type { CaseWait } from "./plate/case-wait.ts";
import { PlateWatch } from "./plate/watch.ts";
import { readsPlates } from "./products.ts";

/** What is asked of a box camera's options. */
export interface PlatedCamera {
  readonly config: CameraConfig;
  readonly detector: FrameDetector;
  readonly pace?: "realtime-file" | "lock-step" | undefined;
}

/** Undefined: nobody reads them, and no case waits for one. */
export function cameraPlates(
  { config, detector, pace }: PlatedCamera,
  cases: CaseWait,
  log: Logger,
): PlateWatch | undefined {
  const plates = detector.plates?.bind(detector);
  if (plates === undefined || !readsPlates(config)) return undefined;
  const onError = (error: unknown): void => log.warn({ err: error }, "plates of a frame were not read");
  return new PlateWatch({ eye: { plates }, cases, lockStep: pace === "lock-step", onError });
}
