// What a signal controller says, and how old it is.
import { describe, expect, test } from "vitest";
import { Controllers } from "../../../edge/signal/controllers.ts";

const AT = "2026-11-24T08:00:05Z";
const SINCE = "2026-11-24T08:00:00Z";
const WALL_MS = Date.parse("2026-11-24T08:00:15Z");

describe("controllers", () => {
  test("a message is as old as its arrival, whatever the controller's clock shows", () => {
    const controllers = new Controllers(["controller-7/2"]);
    expect(controllers.controllers).toEqual(["controller-7"]);
    const said = { phase: 2, state: "red", since: SINCE, at: AT };
    expect(controllers.hear("controller-7", said, false, 1000, WALL_MS)).toBe(true);
    expect(controllers.states(1500).get("controller-7/2")).toEqual({ state: "red", forMs: 5500, ageMs: 500 });
  });

  test("a retained message is as old as it says", () => {
    const controllers = new Controllers(["controller-7/2"]);
    controllers.hear(
      "controller-7",
      { phase: "2", state: "green", since: SINCE, at: AT },
      true,
      1000,
      WALL_MS,
    );
    expect(controllers.states(1000).get("controller-7/2")).toMatchObject({ ageMs: 10_000 });
  });

  test("a phase that no signal names is not kept, a message that is none is refused", () => {
    const controllers = new Controllers(["controller-7/2"]);
    controllers.hear("controller-7", { phase: 3, state: "red", since: SINCE, at: AT }, false, 0, WALL_MS);
    expect(controllers.states(0).size).toBe(0);
    expect(controllers.hear("controller-7", { phase: 2, state: "purple" }, false, 0, WALL_MS)).toBe(false);
    const dateless = { phase: 2, state: "red", since: "yesterday", at: AT };
    expect(controllers.hear("controller-7", dateless, false, 0, WALL_MS)).toBe(false);
  });
});
