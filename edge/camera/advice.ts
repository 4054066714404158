// What to change at a camera, told from what it sends: codes only, the words belong to whoever shows them.
import type { CameraFacts } from "./probe.ts";

export const ADVICE_CODES = [
  "key-frames-rare",
  "rate-low",
  "rate-high",
  "rate-declared-wrong",
  "reordered",
  "picture-small",
  "picture-large",
  "codec-heavy",
  "codec-old",
  "audio",
  "pixels-not-square",
] as const;
export type AdviceCode = (typeof ADVICE_CODES)[number];

/** A reconnect shows its first picture at the next key frame: beyond this many seconds it is felt. */
const RARE_KEY_FRAMES_S = 4;
/** Below, a motorcycle moves several lengths between two frames. */
const LOW_FPS = 5;
/** Above, decoding costs and nothing is gained: five a second are analysed. */
const HIGH_FPS = 30;
/** Plates and faces need about so many lines; see docs of the models. */
const SMALL_HEIGHT = 480;
const LARGE_PIXELS = 2560 * 1440;

/** Every code that applies, the gravest first. */
export function adviceFor(facts: CameraFacts): AdviceCode[] {
  const fps = facts.fps ?? facts.declaredFps ?? 0;
  const lies =
    facts.fps !== undefined &&
    facts.declaredFps !== undefined &&
    Math.abs(facts.fps - facts.declaredFps) > 0.1 * facts.declaredFps;
  const applies: Readonly<Record<AdviceCode, boolean>> = {
    "key-frames-rare": (facts.keyFrameIntervalS ?? (facts.live ? facts.seconds : 0)) > RARE_KEY_FRAMES_S,
    "rate-low": fps > 0 && fps < LOW_FPS,
    "rate-high": fps > HIGH_FPS * 1.05,
    "rate-declared-wrong": lies,
    reordered: facts.live && facts.reordered,
    "picture-small": facts.height < SMALL_HEIGHT,
    "picture-large": facts.width * facts.height > LARGE_PIXELS,
    "codec-heavy": facts.codec === "hevc" || facts.codec === "av1" || facts.codec === "vp9",
    "codec-old": facts.codec === "mjpeg" || facts.codec === "mpeg4" || facts.codec.startsWith("msmpeg4"),
    audio: facts.live && facts.audio,
    "pixels-not-square": Math.abs(facts.pixelAspect - 1) > 0.01,
  };
  return ADVICE_CODES.filter((code) => applies[code]);
}
