// A camera whose media time goes on where it stood before a restart, so that restored rule states still mean the same.
import type { Span } from "./clip.ts";
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
    get unpaired() {
      return source.unpaired ?? 0;
    },
    ...(source.clip === undefined ? {} : { clip: shiftedClip(source.clip.bind(source), offsetMs) }),
    rest: (resting) => source.rest?.(resting),
    stop: () => source.stop(),
    async *frames(signal) {
      for await (const frame of source.frames(signal)) yield shiftedFrame(frame, offsetMs);
    },
  };
}

type CutClip = NonNullable<FrameSource["clip"]>;

function shiftedClip(cut: CutClip, offsetMs: number): CutClip {
  const moved = (span: Span, byMs: number): Span => ({ fromMs: span.fromMs + byMs, toMs: span.toMs + byMs });
  return async (span, signal) => {
    const { parts, missing } = await cut(moved(span, -offsetMs), signal);
    return {
      parts: parts.map((part) => ({ ...part, ...moved(part, offsetMs), zeroMs: part.zeroMs + offsetMs })),
      missing: missing.map((gap) => moved(gap, offsetMs)),
    };
  };
}

function shiftedFrame(frame: Frame, offsetMs: number): Frame {
  return {
    time: { ...frame.time, tMs: frame.time.tMs + offsetMs },
    small: frame.small,
    ...(frame.full === undefined ? {} : { full: frame.full }),
    ...(frame.fullTime === undefined ? {} : { fullTime: frame.fullTime }),
    retain: () => frame.retain(),
    release: () => frame.release(),
  };
}
