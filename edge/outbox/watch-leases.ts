// Which cameras somebody watches just now: leases that end by themselves.

/** A lease is never longer, whatever the sender's clock says. */
const MAX_LEASE_MS = 60_000;
/** Names beyond this are ignored: nobody has so many cameras on one box. */
const MAX_CAMERAS = 256;

export class WatchLeases {
  readonly #untilMs = new Map<string, number>();

  renew(camera: string, untilMs: number, nowMs: number): void {
    if (!this.#untilMs.has(camera) && this.#untilMs.size >= MAX_CAMERAS) return;
    this.#untilMs.set(camera, Math.min(untilMs, nowMs + MAX_LEASE_MS));
  }

  watched(camera: string, nowMs: number): boolean {
    return (this.#untilMs.get(camera) ?? 0) > nowMs;
  }
}
