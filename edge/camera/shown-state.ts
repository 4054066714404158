// A camera's state in one word, as its health event tells it, and the cause that goes with it.
import type { CameraState } from "./frame.ts";

export function shownOf(state: CameraState): string {
  if (state.state !== "running") return state.state;
  return state.degraded === undefined ? "ok" : "degraded";
}

export function causeOf(state: CameraState): string | undefined {
  return state.state === "running" ? state.degraded : "cause" in state ? state.cause : undefined;
}
