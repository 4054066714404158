// Which cameras somebody watches just now: leases that end by themselves.

/** A lease that has just come lasts at least and at most this long, however far the sender's clock is from ours. */
const MIN_LEASE_MS = 5_000;
const MAX_LEASE_MS = 60_000;
/** Names beyond this are ignored: nobody has so many cameras on one box. */
const MAX_CAMERAS = 256;

export class WatchLeases {
  readonly #untilMs = new Map<string, number>();

  /** `nowMs` is of a clock that is never set. */
  renew(camera: string, leaseMs: number, nowMs: number): void {
    if (!this.#untilMs.has(camera) && this.#untilMs.size >= MAX_CAMERAS) return;
    this.#untilMs.set(camera, nowMs + Math.min(Math.max(leaseMs, MIN_LEASE_MS), MAX_LEASE_MS));
  }

  watched(camera: string, nowMs: number): boolean {
    return (this.#untilMs.get(camera) ?? 0) > nowMs;
  }
}
