// A signal's state over frames: changes are believed late, flicker and blinking not at all.
import { describe, expect, test } from "vitest";
import { createLampState } from "../../../edge/signal/lamp-state.ts";
import type { Lamp } from "../../../edge/signal/lamp-colour.ts";

const STEP_MS = 200;

function statesOf(seen: readonly (Lamp | undefined)[]): (string | undefined)[] {
  const state = createLampState();
  return seen.map((lit, index) => state.see(lit, index * STEP_MS));
}

describe("lamp state", () => {
  test("a colour is believed at its second frame", () => {
    expect(statesOf(["red", "red", "green", "green"])).toEqual(["unknown", "red", undefined, "green"]);
  });

  test("one odd frame confirms nothing and changes nothing", () => {
    expect(statesOf(["red", "red", "green", "red", "red"])).toEqual([
      "unknown",
      "red",
      undefined,
      "red",
      "red",
    ]);
  });

  test("a blinking lamp keeps its state while it is dark", () => {
    const blink = [
      "yellow",
      "yellow",
      undefined,
      undefined,
      "yellow",
      undefined,
      undefined,
      "yellow",
    ] as const;
    expect(statesOf(blink).filter((state) => state !== undefined)).toEqual([
      "unknown",
      "yellow",
      "yellow",
      "yellow",
    ]);
  });

  test("undecided for two seconds, the state is unknown", () => {
    const dark = new Array<undefined>(12).fill(undefined);
    expect(statesOf(["red", "red", ...dark]).at(-1)).toBe("unknown");
  });
});
