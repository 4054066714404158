// A frame over a still picture that counts its references, as a camera's slot does.
import type { Frame } from "../../../edge/camera/frame.ts";
import { stillFrame, type StillPicture } from "../../../edge/detect/still.ts";
import type { InputSpec } from "../../../models/detector.ts";

export interface CountedFrame extends Frame {
  /** References held beside the caller's own. */
  readonly held: () => number;
}

/** One small picture per input, in their order, and the full picture. */
export async function countedFrame(picture: StillPicture, ...inputs: InputSpec[]): Promise<CountedFrame> {
  const stills = await Promise.all(inputs.map((input) => stillFrame(picture, input)));
  const full = stills[0]?.full;
  let held = 0;
  return {
    time: {
      ptsMs: 0,
      tMs: 0,
      timeline: 0,
      captureMs: 0,
      method: "media",
      boxArrivalMs: 0,
    },
    small: stills.map(({ small }) => small),
    ...(full === undefined ? {} : { full }),
    retain() {
      held++;
    },
    release() {
      held--;
    },
    held: () => held,
  };
}
