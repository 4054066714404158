// Counts, flow and queues against the truth: what is summed, and files that are none.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  createVolumeTally,
  readVolumes,
  type TrueVolumes,
  VolumesFileError,
} from "../../../../cli/eval/scenarios/volumes.ts";

const folder = mkdtempSync(join(tmpdir(), "ngatu-volumes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const truth: TrueVolumes = {
  counts: [
    { line: "gate", class: "motorcycle", direction: "forward", total: 10 },
    { line: "gate", class: "car", direction: "forward", total: 2 },
  ],
  flow: { lane: "a", vehicles: 8, speed_kmh: 30 },
  queue: { lane: "a", vehicles: 5, metres: 20 },
};

describe("the tally of volumes", () => {
  it("takes a car counted as a motorbike for one missed and one too many, and the last total for the final one", () => {
    const tally = createVolumeTally();
    const count = (name: string, total: number) => ({
      rule: "line-count",
      line: "gate",
      class: name,
      direction: "forward",
      total,
    });
    tally.add(truth, [count("motorcycle", 4), count("motorcycle", 11), count("car", 1)]);
    expect(tally.scores()?.line_count).toEqual({ true: 12, counted: 12, missed: 1, over: 1, error: 2 / 12 });
  });

  it("sums reports of a lane's flow, and takes the longest queue of all reports", () => {
    const tally = createVolumeTally();
    tally.add(truth, [
      { rule: "flow", lane: "a", vehicles: 7, speed_kmh: 33 },
      { rule: "flow", lane: "b", vehicles: 9 },
      { rule: "queue", lane: "a", queue_vehicles: 3, queue_m: 10 },
      { rule: "queue", lane: "a", queue_vehicles: 6, queue_m: 18 },
    ]);
    expect(tally.scores()).toMatchObject({
      flow: { true: 8, counted: 7, error: 1 / 8, speed_kmh_error: 3 },
      queue: { vehicles_true: 5, vehicles_error: 1 / 5, metres_error: 2 / 20 },
    });
  });

  it("says nothing where no scenario says what passed", () => {
    expect(createVolumeTally().scores()).toBeUndefined();
    expect(readVolumes(join(folder, "absent.json"))).toBeUndefined();
  });
});

describe("a volumes file", () => {
  it("is read back as it was written", () => {
    const file = join(folder, "good.json");
    writeFileSync(file, JSON.stringify(truth));
    expect(readVolumes(file)).toEqual(truth);
  });
  it("that is none is named with what is wrong in it", () => {
    const file = join(folder, "bad.json");
    writeFileSync(file, "{");
    expect(() => readVolumes(file)).toThrow(VolumesFileError);
    writeFileSync(file, JSON.stringify({ ...truth, queue: { lane: "a", vehicles: -1, metres: 3 } }));
    expect(() => readVolumes(file)).toThrow(/bad\.json: \/queue\/vehicles/);
  });
});
