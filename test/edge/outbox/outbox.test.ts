// What the outbox accepted it keeps, in order and without gaps, until the server has it.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DiskFullError } from "../../../edge/outbox/database.ts";
import { Outbox, OutboxFullError } from "../../../edge/outbox/outbox.ts";
import { draft } from "./draft.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ngatu-outbox-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(maxBytes?: number): Outbox {
  return new Outbox({ folder, site: "site", box: "box-1", maxBytes });
}

describe("order", () => {
  test("sequences run from 1 without gaps, over restarts and releases, under one epoch", () => {
    const first = open();
    expect(first.append([draft("vn.ngatu.count.v1"), draft("vn.ngatu.count.v1")])).toEqual([1, 2]);
    expect(first.epoch).toMatch(/^[0-9a-f]{16}$/);
    expect(first.release({ epoch: first.epoch, ranges: [[1, 2]] })).toBe(2);
    first.close();
    const second = open();
    expect(second.epoch).toBe(first.epoch);
    expect(second.append([draft("vn.ngatu.count.v1")])).toEqual([3]);
    expect(second.read(0, 10).map((row) => row.sequence)).toEqual([3]);
    second.close();
  });

  test("the payload is the event with its place in the order", () => {
    const outbox = open();
    const made = draft("vn.ngatu.traffic.case.v1");
    outbox.append([made]);
    const row = outbox.get(1);
    expect(row?.channel).toBe("traffic");
    expect(JSON.parse(row?.payload ?? "")).toEqual({ ...made, sequence: 1, epoch: outbox.epoch });
    outbox.close();
  });

  test("an acknowledgement of another epoch releases nothing", () => {
    const outbox = open();
    outbox.append([draft("vn.ngatu.count.v1")]);
    expect(outbox.release({ epoch: "0000000000000000", ranges: [[1, 1]] })).toBe(0);
    expect(outbox.figures.rows).toBe(1);
    outbox.close();
  });
});

describe("an outbox that waits too long", () => {
  const day = 24 * 3_600_000;

  test("lets go of what is no case, says so, and counts no time in which the box was off", () => {
    let nowMs = 1_000;
    const start = (): Outbox =>
      new Outbox({ folder, site: "site", box: "box-1", maxAgeMs: 3 * day, nowMs: () => nowMs });
    let outbox = start();
    outbox.append([draft("vn.ngatu.count.v1"), draft("vn.ngatu.traffic.case.v1")]);
    nowMs += 2 * day;
    outbox.append([draft("vn.ngatu.crowd.alert.v1")]);
    outbox.close();
    // Switched off for as long as you like, with another clock after the start.
    nowMs = 5;
    outbox = start();
    outbox.append([draft("vn.ngatu.count.v1")]);
    expect(outbox.figures.rows).toBe(4);
    nowMs += 1.5 * day;
    outbox.append([draft("vn.ngatu.count.v1")]);
    expect(outbox.figures.dropped).toEqual({ sample: 0, flow: 1, alert: 0, case: 0 });
    const types = outbox.read(0, 9).map(({ payload }) => (JSON.parse(payload) as { type: string }).type);
    expect(types).toEqual([
      "vn.ngatu.traffic.case.v1",
      "vn.ngatu.crowd.alert.v1",
      "vn.ngatu.count.v1",
      "vn.ngatu.count.v1",
      "vn.ngatu.health.v1",
    ]);
    outbox.close();
  });
});

describe("a full outbox", () => {
  const size = 40_000;

  function fill(outbox: Outbox, type: Parameters<typeof draft>[0]): void {
    while (outbox.figures.bytes < size - 1_000) outbox.append([draft(type)]);
  }

  test("drops the oldest samples for a case, and says so once", () => {
    const outbox = open(size);
    fill(outbox, "vn.ngatu.crowd.sample.v1");
    const accepted = outbox.append(Array.from({ length: 20 }, () => draft("vn.ngatu.traffic.case.v1")));
    expect(accepted.every((sequence) => sequence !== undefined)).toBe(true);
    const { dropped, bytes } = outbox.figures;
    expect(dropped.sample).toBeGreaterThan(0);
    expect(dropped).toMatchObject({ flow: 0, alert: 0, case: 0 });
    expect(bytes).toBeLessThanOrEqual(size);
    const notices = outbox.read(0, 1000).filter((row) => row.channel === "health");
    expect(notices).toHaveLength(1);
    expect(notices[0]?.payload).toContain('"state":"degraded"');
    outbox.close();
  });

  test("keeps its cases: a sample finds no room, another case is refused by name", () => {
    const outbox = open(size);
    fill(outbox, "vn.ngatu.traffic.case.v1");
    const held = outbox.figures.rows;
    const big = { note: "x".repeat(2_000) };
    expect(outbox.append([draft("vn.ngatu.crowd.sample.v1", big)])).toEqual([undefined]);
    expect(outbox.figures.dropped.sample).toBe(1);
    expect(() => outbox.append([draft("vn.ngatu.traffic.case.v1", big)])).toThrow(OutboxFullError);
    expect(outbox.read(0, 1000).filter((row) => row.channel === "traffic")).toHaveLength(held);
    outbox.close();
  });

  test("says when it is relieved", () => {
    const outbox = open(size);
    fill(outbox, "vn.ngatu.crowd.sample.v1");
    outbox.append(Array.from({ length: 20 }, () => draft("vn.ngatu.traffic.case.v1")));
    outbox.release({ epoch: outbox.epoch, ranges: [[1, 100_000]] });
    expect(outbox.read(0, 10).map((row) => row.payload)).toEqual([expect.stringContaining('"state":"ok"')]);
    outbox.close();
  });
});

test("rule states come back as they were saved, with the events they belong to", () => {
  const first = open();
  first.append([draft("vn.ngatu.crowd.alert.v1")], new Map([["gate/crowd-over", { openSince: 7 }]]));
  first.saveRuleStates(new Map([["gate/line", [1, 2]]]));
  first.close();
  const second = open();
  expect(second.ruleStates()).toEqual(
    new Map<string, unknown>([
      ["gate/crowd-over", { openSince: 7 }],
      ["gate/line", [1, 2]],
    ]),
  );
  second.close();
});

test("a box killed while it appends has accepted all that it was told, without a gap", async () => {
  const built = resolve(import.meta.dirname, "../../../dist/edge/outbox/outbox.js");
  const script = join(folder, "append.mjs");
  writeFileSync(
    script,
    `import { writeSync } from "node:fs";
     import { Outbox } from ${JSON.stringify(built)};
     const outbox = new Outbox({ folder: ${JSON.stringify(folder)}, site: "s", box: "b" });
     for (;;) {
       const made = Array.from({ length: 3 }, () => (${JSON.stringify(draft("vn.ngatu.count.v1"))}));
       writeSync(1, outbox.append(made).join("\\n") + "\\n");
     }`,
  );
  let told = 0;
  for (let kill = 0; kill < 3; kill++) {
    const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
    let heard = "";
    child.stdout.on("data", (chunk: Buffer) => {
      heard += chunk.toString();
    });
    await once(child.stdout, "data");
    await delay(100);
    child.kill("SIGKILL");
    await once(child, "close");
    told = Math.max(told, ...heard.split("\n").slice(0, -1).map(Number));
  }
  const outbox = open();
  const sequences = outbox.read(0, 1_000_000).map((row) => row.sequence);
  expect(sequences.length).toBeGreaterThanOrEqual(told);
  expect(sequences).toEqual(Array.from(sequences, (_, index) => index + 1));
  outbox.close();
});

const needsRoot = "(needs root: a small file system)";
test.skipIf(process.getuid?.() !== 0)(
  `a full disk refuses by name, breaks nothing, and is emptied by acknowledgements alone ${needsRoot}`,
  () => {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", folder]);
    try {
      let outbox = open();
      const padded = (): ReturnType<typeof draft> =>
        draft("vn.ngatu.traffic.case.v1", { note: "x".repeat(20_000) });
      let accepted = 0;
      const fill = (): void => {
        for (;;) accepted = outbox.append([padded()])[0] ?? accepted;
      };
      expect(fill).toThrow(DiskFullError);
      // Somebody else takes what is left: not a byte is free.
      expect(() => writeFileSync(join(folder, "other"), Buffer.alloc(6_000_000))).toThrow(/ENOSPC/);
      expect(() => outbox.append([padded()])).toThrow(DiskFullError);
      outbox.close();

      outbox = open();
      const held = outbox.read(0, 1000).map((row) => row.sequence);
      expect(held).toEqual(Array.from({ length: accepted }, (_, index) => index + 1));
      expect(outbox.release({ epoch: outbox.epoch, ranges: [[1, accepted]] })).toBe(accepted);
      const before = accepted;
      expect(fill).toThrow(DiskFullError);
      expect(accepted).toBeGreaterThan(before);
      outbox.close();
    } finally {
      execFileSync("umount", ["--lazy", folder]);
    }
  },
);

test("rule states are saved at once, then seldom, and at the end; never an older one over an event's own", () => {
  const outbox = open();
  const states = (a: number, b: number): Map<string, unknown> => new Map(Object.entries({ a, b }));
  outbox.saveRuleStates(states(1, 1));
  outbox.saveRuleStates(states(2, 2));
  const peek = open();
  expect(Object.fromEntries(peek.ruleStates())).toEqual({ a: 1, b: 1 });
  peek.close();
  outbox.append([], new Map([["a", 3]]));
  outbox.close();
  const again = open();
  expect(Object.fromEntries(again.ruleStates())).toEqual({ a: 3, b: 2 });
  again.close();
});
