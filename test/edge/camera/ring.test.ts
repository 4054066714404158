// The ring holds what was asked for and no more, and wakes who waits for a time.
import { describe, expect, it } from "vitest";
import type { Fragment, FragmentHead } from "../../../edge/camera/fragment.ts";
import { type RingLimits, SegmentRing } from "../../../edge/camera/ring.ts";

const HEAD: FragmentHead = { bytes: Buffer.from("head"), timescale: 1000, parsed: true };

/** A fragment of `seconds`, from `fromS` on. */
function fragment(fromS: number, seconds = 2, bytes = 1000): Fragment {
  const fromMs = fromS * 1000;
  return {
    bytes: Buffer.alloc(bytes),
    decodeMs: fromMs,
    fromMs,
    toMs: fromMs + seconds * 1000,
    key: true,
    reference: undefined,
    decodeAt: 0,
    sequenceAt: 8,
  };
}

function ringOf(limits: Partial<RingLimits>, originMs: number | undefined = 0): SegmentRing {
  const ring = new SegmentRing({ seconds: 60, megabytes: 1, ...limits }, () => undefined);
  ring.begin(HEAD, originMs);
  return ring;
}

const starts = (ring: SegmentRing): number[] => ring.entries.map((entry) => entry.fragment.fromMs / 1000);

describe("SegmentRing", () => {
  it("lets the oldest go as soon as the rest is as long as was asked for", () => {
    const ring = ringOf({ seconds: 6 });
    for (let at = 0; at < 20; at += 2) ring.add(fragment(at));
    expect(starts(ring)).toEqual([14, 16, 18]);
  });

  it("lets the oldest go when it would hold too many bytes", () => {
    const ring = ringOf({ megabytes: 0.01 });
    for (let at = 0; at < 20; at += 2) ring.add(fragment(at, 2, 3000));
    expect(starts(ring)).toEqual([14, 16, 18]);
    expect(ring.bytes).toBe(9000);
  });

  it("refuses and counts a fragment larger than itself, and keeps what it has", () => {
    const ring = ringOf({ megabytes: 0.01 });
    ring.add(fragment(0));
    ring.add(fragment(2, 2, 20_000));
    expect([starts(ring), ring.refused]).toEqual([[0], 1]);
  });

  it("counts seconds of video, not the hours a camera was away", () => {
    const ring = ringOf({ seconds: 6 });
    ring.add(fragment(0));
    ring.begin(HEAD, 3_600_000);
    ring.add(fragment(0));
    expect(ring.entries).toHaveLength(2);
    expect(ring.entries.map((entry) => entry.session.originMs)).toEqual([0, 3_600_000]);
  });

  it("takes nothing between the end of a run and the next one's head", () => {
    const ring = ringOf({});
    ring.add(fragment(0));
    ring.end();
    ring.add(fragment(2));
    expect(starts(ring)).toEqual([0]);
  });

  it("wakes who waits for a time when the run's place becomes known, also for what came before", async () => {
    const ring = ringOf({}, undefined);
    ring.add(fragment(0));
    let reached = false;
    const waiting = ring.reached(11_500, AbortSignal.timeout(5000)).then(() => (reached = true));
    await Promise.resolve();
    expect(reached).toBe(false);
    ring.place(10_000);
    await waiting;
    expect(ring.entries[0]?.session.originMs).toBe(10_000);
  });

  it("lets nobody wait longer than its signal says", async () => {
    const ring = ringOf({});
    const stop = new AbortController();
    const waiting = ring.reached(5000, stop.signal);
    stop.abort();
    await waiting;
    expect(ring.entries).toEqual([]);
  });
});
