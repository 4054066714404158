// Which lamp is lit, from mean colours alone.
import { describe, expect, test } from "vitest";
import { type Colour, type Lamp, litLamp } from "../../../edge/signal/lamp-colour.ts";

const DARK: Colour = [40, 40, 42];
const AROUND: Colour = [90, 95, 100];

describe("lit lamp", () => {
  test.each<[string, Partial<Record<Lamp, Colour>>, Lamp | "off" | undefined]>([
    ["a red lamp by day", { red: [210, 60, 70], yellow: DARK, green: DARK }, "red"],
    [
      "a washed-out red lamp",
      { red: [250, 215, 220], yellow: [120, 118, 119], green: [118, 117, 118] },
      "red",
    ],
    ["an amber lamp", { red: [60, 42, 40], yellow: [240, 170, 60], green: DARK }, "yellow"],
    ["a cyan-green lamp", { red: DARK, yellow: DARK, green: [60, 200, 190] }, "green"],
    ["three dark lamps", { red: DARK, yellow: DARK, green: DARK }, undefined],
    ["sky behind the upper lamp", { red: [150, 170, 200], yellow: DARK, green: [50, 140, 130] }, "green"],
    ["red glare over two lamps", { red: [160, 60, 70], yellow: [150, 58, 66], green: [100, 92, 95] }, "red"],
    ["a green reflection in the red lens", { red: [40, 90, 80], yellow: DARK, green: DARK }, undefined],
    [
      "lamp test: all are lit",
      { red: [220, 60, 60], yellow: [230, 180, 60], green: [60, 210, 190] },
      undefined,
    ],
    ["a single red lamp, lit", { red: [220, 60, 60] }, "red"],
    ["a single red lamp, dark", { red: [85, 92, 98] }, "off"],
  ])("%s", (_, lamps, expected) => {
    expect(litLamp({ lamps, around: AROUND })).toBe(expected);
  });
});
