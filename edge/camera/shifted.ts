// A camera whose media time goes on where it stood before a restart, so that restored rule states still mean the same.
import type { Frame, FrameSource } from "./frame.ts";

/** The same source with `offsetMs` added to each frame's `tMs`. */
export function shifted(source: FrameSource, offsetMs: number): FrameSource {
  return {
    get state() {
      return source.state;
    },
    get dropped() {
      return source.dropped;
    },
    get picture() {
      return source.picture;
    },
    stop: () => source.stop(),
    async *frames(signal) {
      for await (const frame of source.frames(signal)) yield shiftedFrame(frame, offsetMs);
    },
  };
}

function shiftedFrame(frame: Frame, offsetMs: number): Frame {
  return {
    time: { ...frame.time, tMs: frame.time.tMs + offsetMs },
    small: frame.small,
    ...(frame.full === undefined ? {} : { full: frame.full }),
    retain: () => frame.retain(),
    release: () => frame.release(),
  };
}
