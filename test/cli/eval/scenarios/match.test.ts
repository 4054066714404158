// The judge can fail a product: wrong claims are counted wrong, clause by clause of the label format.
import { describe, expect, it } from "vitest";
import type { Claim } from "../../../../cli/eval/scenarios/claim.ts";
import { claimOf } from "../../../../cli/eval/scenarios/claim.ts";
import type { TruthLabel } from "../../../../cli/eval/scenarios/labels.ts";
import { match } from "../../../../cli/eval/scenarios/match.ts";
import { createTally } from "../../../../cli/eval/scenarios/tally.ts";

const label: TruthLabel = {
  rule: "red-light",
  id: 17,
  fromMs: 12_000,
  toMs: 13_400,
  trueMs: 12_500,
  wantsObservation: false,
};
const claim: Claim = { rule: "red-light", truthId: 17, tMs: 13_000 };

/** Hits, misses and false claims. */
function counts(labels: readonly TruthLabel[], claims: readonly Claim[]): readonly [number, number, number] {
  const { hits, missed, falseClaims } = match(labels, claims);
  return [hits.length, missed.length, falseClaims.length];
}

describe("matching", () => {
  it.each<[string, Claim, readonly [number, number, number]]>([
    ["the same road user in the window is a hit", claim, [1, 0, 0]],
    ["a second after the window is still a hit", { ...claim, tMs: 14_400 }, [1, 0, 0]],
    ["a second before the window is still a hit", { ...claim, tMs: 11_000 }, [1, 0, 0]],
    ["later than that is false, and the label missed", { ...claim, tMs: 14_401 }, [0, 1, 1]],
    ["another road user is false, and the label missed", { ...claim, truthId: 18 }, [0, 1, 1]],
    ["a track without majority is false, and the label missed", { ...claim, truthId: null }, [0, 1, 1]],
    ["another rule is false, and the label missed", { ...claim, rule: "stop-line" }, [0, 1, 1]],
    [
      "an observation instead of a case misses the label",
      { ...claim, withheld: "low-confidence" },
      [0, 1, 0],
    ],
  ])("%s", (_, made, expected) => {
    expect(counts([label], [made])).toEqual(expected);
  });

  it("gives each label one claim: a second one is false", () => {
    expect(counts([label], [claim, { ...claim, tMs: 13_200 }])).toEqual([1, 0, 1]);
  });

  it("wants an observation where a case may not be raised, and calls a case there false", () => {
    const speed: TruthLabel = { ...label, rule: "speed", wantsObservation: true };
    const observed: Claim = { ...claim, rule: "speed", withheld: "meter-missing" };
    expect(counts([speed], [observed])).toEqual([1, 0, 0]);
    expect(counts([speed], [{ ...claim, rule: "speed" }])).toEqual([0, 1, 1]);
    expect(counts([], [observed])).toEqual([0, 0, 1]);
  });

  it("matches crowd labels by zone and time", () => {
    const crowd: TruthLabel = {
      rule: "crowd-over",
      zone: "plaza",
      fromMs: 0,
      toMs: 5000,
      trueMs: 0,
      wantsObservation: false,
    };
    const alert: Claim = { rule: "crowd-over", zone: "plaza", tMs: 3000 };
    expect(counts([crowd], [alert])).toEqual([1, 0, 0]);
    expect(counts([crowd], [{ ...alert, zone: "gate" }])).toEqual([0, 1, 1]);
  });

  it("fails a product that says nothing, and one that says everything", () => {
    expect(counts([label], [])).toEqual([0, 1, 0]);
    const everybody = Array.from({ length: 50 }, (_, id): Claim => ({ ...claim, truthId: id }));
    expect(counts([label], everybody)).toEqual([1, 0, 49]);
  });
});

describe("a claim", () => {
  const data = { rule: "crowd-over", t_ms: 10, zone: "plaza", state: "opened" };

  it("is made when an alert opens, not when it goes on or closes", () => {
    const type = "vn.ngatu.crowd.alert.v1";
    expect(claimOf({ type, data })?.zone).toBe("plaza");
    expect(claimOf({ type, data: { ...data, state: "updated" } })).toBeUndefined();
    expect(claimOf({ type, data: { ...data, state: "closed" } })).toBeUndefined();
  });

  it("is not made by counts and samples", () => {
    expect(claimOf({ type: "vn.ngatu.count.v1", data: { rule: "line-count", t_ms: 1 } })).toBeUndefined();
    expect(claimOf({ type: "vn.ngatu.crowd.sample.v1", data })).toBeUndefined();
  });
});

describe("the tally", () => {
  it("counts delays from when it became true, and false claims per thousand lawful passages", () => {
    const tally = createTally();
    tally.add(match([label], [claim, { ...claim, tMs: 30_000 }]), new Map([["red-light", 500]]));
    const score = tally.scores()["red-light"];
    expect(score).toMatchObject({ tp: 1, fp: 1, fn: 0, recall: 1, precision: 0.5, false_per_1000: 2 });
    expect(score?.delay_s_p95).toBeCloseTo(0.5, 9);
  });

  it("gives Wilson's interval of the recall (8 of 10 at 95 %: 0.490 to 0.943)", () => {
    const tally = createTally();
    const labels = Array.from({ length: 10 }, (_, id): TruthLabel => ({ ...label, id }));
    const claims = Array.from({ length: 8 }, (_, id): Claim => ({ ...claim, truthId: id }));
    tally.add(match(labels, claims), new Map());
    const [from = 0, to = 0] = tally.scores()["red-light"]?.interval.recall ?? [];
    expect(from).toBeCloseTo(0.4902, 4);
    expect(to).toBeCloseTo(0.9433, 4);
  });
});
