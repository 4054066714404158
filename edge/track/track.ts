// One road user or person followed over time.
import type { ClassName } from "../../contract/common.ts";
import type { Box } from "../geometry/box.ts";

/**
 * The tracker fills the same object, box and velocity again in each frame: they hold until the next step. Whoever
 * needs a value later copies it.
 */
export interface Track {
  readonly id: number;
  /** Class by vote over the track's detections. */
  readonly class: ClassName;
  /** Filtered box at this frame, in pixels of `picture`. */
  readonly box: Box;
  /** Velocity of the box's bottom centre, picture pixels per second, without the picture's own shaking; x to the right, y down. */
  readonly velocity: { readonly x: number; readonly y: number };
  /** Median confidence of the recent detections. */
  readonly confidence: number;
  readonly firstSeenMs: number;
  /** Where it was first detected, before it was believed in; absent where nobody kept it. */
  readonly firstBox?: Box | undefined;
  /** Last frame at which a detection supported the track. */
  readonly lastSeenMs: number;
  /** Whether a detection supported it in this very frame; otherwise the box is predicted. */
  readonly observed: boolean;
  /** The detection's own box in this frame; absent when none supported the track. */
  readonly detected?: Box | undefined;
  /** The detection's truth id in this frame, when the input is labelled. */
  readonly truthId?: number | undefined;
}
