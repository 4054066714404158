// What is round a vehicle that stands: a queue, flowing traffic, nobody.
import { describe, expect, test } from "vitest";
import { around } from "../../../../edge/rules/traffic/around.ts";
import type { RoadUser } from "../../../../edge/rules/road-user.ts";
import type { RuleFrame } from "../../../../edge/rules/rule.ts";
import type { Point } from "../../../../edge/geometry/box.ts";
import { PX_PER_M, sceneOf } from "../street.ts";

/** Two lanes to the east, 6 m wide each, y 10–16 and 16–22. */
const lane = (name: string, y: number): string =>
  `  - {name: ${name}, polygon: [[0, ${y * PX_PER_M}], [1280, ${y * PX_PER_M}], [1280, ${(y + 6) * PX_PER_M}], [0, ${(y + 6) * PX_PER_M}]], towards: [2000, ${(y + 3) * PX_PER_M}]}\n`;
const lanes = sceneOf(`lanes:\n${lane("one", 10)}${lane("two", 16)}`);
const open = sceneOf("");

let ids = 0;
function motorbike(x: number, y: number, state: { speedMs?: number; heading?: Point }): RoadUser {
  const speedMs = state.speedMs ?? 0;
  return {
    track: { id: ++ids, class: "motorcycle" },
    foot: { x: x * PX_PER_M, y: y * PX_PER_M },
    place: { x, y },
    metric: true,
    located: true,
    renewed: false,
    people: 0,
    speedMs,
    ...(state.heading === undefined ? {} : { heading: state.heading }),
    ...(speedMs === 0 ? { standingSinceMs: 0 } : {}),
  } as RoadUser;
}
const EAST = { x: 1, y: 0 };
const WEST = { x: -1, y: 0 };
const judged = (user: RoadUser, others: readonly RoadUser[], scene = lanes): string =>
  around(user, { tMs: 30_000, users: [user, ...others], signals: new Map() } as unknown as RuleFrame, scene);

describe("a motorbike that stands", () => {
  test("right behind another is in a queue, even when traffic flows beside it in the same lane", () => {
    const flowing = [20, 24, 28].map((x) => motorbike(x, 15, { speedMs: 8, heading: EAST }));
    const user = motorbike(20, 12, { heading: EAST });
    expect(judged(user, [motorbike(22.6, 12.2, { heading: EAST }), ...flowing])).toBe("stands");
    expect(judged(user, flowing)).toBe("flows");
  });
  test("is in a queue when its track slipped back: ahead is where the lane leads, not where it last moved", () => {
    const user = motorbike(20, 12, { heading: WEST });
    expect(judged(user, [motorbike(22.6, 12.2, { heading: EAST })])).toBe("stands");
    expect(judged(motorbike(20, 12, {}), [motorbike(22.6, 12.2, { heading: EAST })])).toBe("stands");
  });
  test("is not held by whoever stands behind it, or in the next lane", () => {
    const user = motorbike(20, 12, { heading: EAST });
    const passing = [24, 28].map((x) => motorbike(x, 15, { speedMs: 8, heading: EAST }));
    expect(judged(user, [motorbike(17, 12, { heading: EAST }), ...passing])).toBe("flows");
    expect(judged(user, [motorbike(22, 18, { heading: EAST })])).toBe("alone");
  });
  test("is not held by a queue behind and beside it that somebody else holds up", () => {
    const user = motorbike(20, 15, { heading: EAST });
    const queue = [8, 11, 14, 17].map((x) => motorbike(x, 12, { heading: EAST }));
    const passing = motorbike(24, 13, { speedMs: 8, heading: EAST });
    expect(judged(user, [...queue, passing])).toBe("flows");
    expect(
      judged(
        user,
        [14, 17].map((x) => motorbike(x, 15, { heading: EAST })),
      ),
    ).toBe("stands");
  });
  test("without lanes takes who goes its way for its traffic, and nobody else", () => {
    const user = motorbike(20, 12, { heading: EAST });
    const oncoming = [18, 24].map((x) => motorbike(x, 15, { speedMs: 8, heading: WEST }));
    expect(judged(user, oncoming, open)).toBe("alone");
    expect(judged(user, [...oncoming, motorbike(25, 15, { speedMs: 8, heading: EAST })], open)).toBe("flows");
  });
});
