// The law of a breach: that of its day in Vietnam, its vehicle class and its amount; nothing where the data have nothing.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../config/fault.ts";
import { loadOffences } from "../../../config/offences.ts";
import type { Offence } from "../../../contract/traffic.ts";
import { offenceOf } from "../../../edge/event/offence.ts";
import type { Observation } from "../../../edge/rules/rule.ts";
import { temporaryFolder } from "../../models/pictures.ts";

const book = loadOffences();
const IN_FORCE = Date.parse("2026-11-24T08:00:00+07:00");

function lawOf(
  data: Record<string, unknown> & { rule: Observation["data"]["rule"] },
  className: string,
  atMs = IN_FORCE,
): Offence | undefined {
  const observation: Observation = {
    type: "vn.ngatu.traffic.case.v1",
    subject: "c/r/1",
    tMs: 0,
    data: { ...data, track: { id: 1, class: className } } as Observation["data"],
  };
  return offenceOf(book, observation, atMs);
}

describe("the law of a breach", () => {
  test.each([
    ["red-light", "car", "điểm b khoản 9 Điều 6", 4],
    ["red-light", "motorcycle", "điểm c khoản 7 Điều 7", 4],
    ["wrong-way", "motorcycle", "điểm a khoản 7 Điều 7", 2],
    ["stop-line", "truck", "điểm a khoản 1 Điều 6", undefined],
    ["lane-class", "bus", "điểm b khoản 5 Điều 6", 2],
    ["sidewalk", "motorcycle", "điểm a khoản 7 Điều 7", 2],
  ] as const)("%s by a %s is %s", (rule, className, article, points) => {
    const law = lawOf({ rule }, className);
    expect(law).toMatchObject({ decree: "168/2024/NĐ-CP", article });
    expect(law?.points).toBe(points);
  });

  test("is that of the offence's day, which begins at midnight in Vietnam", () => {
    expect(lawOf({ rule: "red-light" }, "car", Date.parse("2024-12-31T23:59:59+07:00"))).toBeUndefined();
    expect(lawOf({ rule: "red-light" }, "car", Date.parse("2025-01-01T00:00:00+07:00"))).toBeDefined();
    const before = lawOf({ rule: "truck-hours" }, "truck", Date.parse("2026-08-14T23:59:59+07:00"));
    const after = lawOf({ rule: "truck-hours" }, "truck", Date.parse("2026-08-15T00:00:00+07:00"));
    expect(before?.amended_by).toBeUndefined();
    expect(after).toMatchObject({ amended_by: "238/2026/NĐ-CP", valid_from: "2026-08-15" });
  });

  test("tells a u-turn from another turn by the rule's name", () => {
    expect(lawOf({ rule: "turn", name: "u-turn" }, "car")?.article).toBe("điểm i khoản 4 Điều 6");
    expect(lawOf({ rule: "turn" }, "car")?.article).toBe("điểm k khoản 4 Điều 6");
  });

  test.each([
    [54.9, undefined],
    [55, "điểm a khoản 3 Điều 6"],
    [59.9, "điểm a khoản 3 Điều 6"],
    [60, "điểm đ khoản 5 Điều 6"],
    [70, "điểm đ khoản 5 Điều 6"],
    [70.1, "điểm a khoản 6 Điều 6"],
    [85.1, "điểm a khoản 7 Điều 6"],
  ])("a car at %d km/h where 50 are allowed: %s", (speedKmh, article) => {
    const law = lawOf({ rule: "speed", speed_kmh: speedKmh, because: { limit_kmh: 50 } }, "car");
    expect(law?.article).toBe(article);
  });

  test("counts passengers without the driver", () => {
    const riders = (people: number): string | undefined =>
      lawOf({ rule: "riders", because: { people } }, "motorcycle")?.article;
    expect(riders(2)).toBeUndefined();
    expect(riders(3)).toBe("điểm g khoản 2 Điều 7");
    expect(riders(4)).toBe("điểm b khoản 3 Điều 7");
  });

  test("is not made up for classes and rules that the data do not have", () => {
    expect(lawOf({ rule: "red-light" }, "bicycle")).toBeUndefined();
    expect(lawOf({ rule: "yield" }, "car")).toBeUndefined();
  });
});

describe("the file of offences", () => {
  test("that ships has one law at most for a rule, name, class, amount and day", () => {
    for (const one of book) {
      for (const other of book) {
        if (one === other || one.rule !== other.rule || one.name !== other.name) continue;
        if (!one.classes.some((name) => other.classes.includes(name))) continue;
        if (one.amount !== undefined) continue; // bands are tested at their edges above
        const apart =
          (one.valid_to ?? "9999") < other.valid_from || (other.valid_to ?? "9999") < one.valid_from;
        expect(apart, `${one.article} and ${other.article}`).toBe(true);
      }
    }
  });

  test("is refused with line and key where a day or a fine is the wrong way round", () => {
    const file = join(temporaryFolder(), "offences.yaml");
    writeFileSync(
      file,
      [
        "offences:",
        "  - {rule: turn, classes: [car], decree: x, article: x, vi: x, en: x, fine_vnd: [2, 1], valid_from: '2026-01-02',",
        "     valid_to: '2026-01-01'}",
      ].join("\n"),
    );
    const faults = (): unknown => {
      try {
        return loadOffences(file);
      } catch (error) {
        return error instanceof ConfigError ? error.faults.map(({ line, key }) => `${line} ${key}`) : error;
      }
    };
    expect(faults()).toEqual(["3 offences.0.valid_to", "2 offences.0.fine_vnd"]);
  });
});
