// The camera's clock by RTCP: what ffmpeg writes beside each fragment, believed only after two reports agree.

/** The camera's clock minus the stream's stamps. */
export interface RtcpOffset {
  /** Added to a stamp it gives the camera's clock, ms since 1970. */
  readonly offsetMs: number;
  /** Half width of the interval for a capture time on the camera's clock, ms. */
  readonly uncertaintyMs: number;
}

/** A camera's clock at one stamp. */
export interface RtcpReference {
  readonly ntpMs: number;
  readonly ptsMs: number;
  /** The box's wall clock when the fragment came, ms since 1970. */
  readonly boxMs: number;
}

/**
 * Before the first report ffmpeg writes its own clock at the moment of writing, a fragment's length late and not
 * marked as such. A fragment lasts a second at least, so a clock that close to the box's own is no camera's, ms.
 */
const OWN_CLOCK_MS = 300;
/** References that differ by more contradict each other, ms: cameras' reports were seen steady within 1 ms. */
const AGREE_MS = 20;
/** RFC 3550, 6.3.1: reports come every 5 s × 0.5…1.5 ÷ 1.21828, so this long an agreement spans two, ms. */
const TWO_REPORTS_MS = 6200;
/** What a camera adds between exposure and stamp: an allowance of one frame at 25 a second, not measured there. */
const EXPOSURE_MS = 40;
/** References remembered for the spread: half a minute of them. */
const REMEMBERED = 15;

export class RtcpClock {
  #offsets: number[] = [];
  #agreedFromMs: number | undefined;
  #trusted: RtcpOffset | undefined;

  /** Another run, or stamps that jumped: nothing said before holds any more. */
  reset(): void {
    this.#offsets = [];
    this.#agreedFromMs = undefined;
    this.#trusted = undefined;
  }

  /** Undefined until two reports agree. */
  get offset(): RtcpOffset | undefined {
    return this.#trusted;
  }

  observe({ ntpMs, ptsMs, boxMs }: RtcpReference): void {
    if (Math.abs(boxMs - ntpMs) < OWN_CLOCK_MS) {
      this.reset();
      return;
    }
    const offset = ntpMs - ptsMs;
    const last = this.#offsets.at(-1);
    if (last === undefined || Math.abs(offset - last) > AGREE_MS) this.reset();
    this.#agreedFromMs ??= ptsMs;
    this.#offsets = [...this.#offsets.slice(1 - REMEMBERED), offset];
    if (ptsMs - this.#agreedFromMs < TWO_REPORTS_MS) return;
    const spread = Math.max(...this.#offsets) - Math.min(...this.#offsets);
    this.#trusted = { offsetMs: offset, uncertaintyMs: EXPOSURE_MS + spread };
  }
}
