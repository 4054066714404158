// Placing a picture in an input and coming back: exact for any size, and rounded as ffmpeg rounds.
import { describe, expect, test as plain } from "vitest";
import { fc, test } from "@fast-check/vitest";
import { type InputSpec, place, pointToSource, toSource } from "../../models/letterbox.ts";
import { ffmpeg } from "./pictures.ts";

const side = fc.integer({ min: 1, max: 4096 });
const fits = ["stretch", "letterbox-top-left", "letterbox-centre"] as const;
const input: fc.Arbitrary<InputSpec> = fc.record({
  width: side,
  height: side,
  fit: fc.constantFrom(...fits),
  pad: fc.constant(114),
});

describe("place", () => {
  test.prop([fc.record({ width: side, height: side }), input])(
    "puts the whole picture inside the input, in whole pixels, touching it on one side at least",
    (source, spec) => {
      const { width, height, offsetX, offsetY } = place(source, spec);
      for (const number of [width, height, offsetX, offsetY]) expect(Number.isInteger(number)).toBe(true);
      expect(width >= 1 && height >= 1).toBe(true);
      expect(offsetX + width <= spec.width && offsetY + height <= spec.height).toBe(true);
      expect(width === spec.width || height === spec.height).toBe(true);
    },
  );

  test.prop([fc.record({ width: side, height: side }), input, fc.float({ noNaN: true, min: -2, max: 3 })])(
    "is undone by toSource and pointToSource",
    (source, spec, share) => {
      const placement = place(source, spec);
      const point = { x: share * source.width, y: (1 - share) * source.height };
      const inputX = point.x * placement.scaleX + placement.offsetX;
      const inputY = point.y * placement.scaleY + placement.offsetY;
      const [x, y] = pointToSource(inputX, inputY, placement);
      expect(x).toBeCloseTo(point.x, 6);
      expect(y).toBeCloseTo(point.y, 6);
      const box = { x1: inputX, y1: inputY, x2: inputX + placement.width, y2: inputY + placement.height };
      const back = toSource(box, placement);
      expect(back.x2 - back.x1).toBeCloseTo(source.width, 6);
      expect(back.y2 - back.y1).toBeCloseTo(source.height, 6);
    },
  );

  plain.each([
    [1920, 1080, 416, 416],
    [768, 576, 416, 416],
    [1280, 533, 640, 384],
    [431, 999, 640, 384],
    [333, 777, 352, 352],
  ])(
    "rounds %i×%i in %i×%i as ffmpeg's scale with force_original_aspect_ratio does",
    (width, height, inW, inH) => {
      const scale = `scale=${inW}:${inH}:force_original_aspect_ratio=decrease`;
      const one = ffmpeg([
        ...[
          "-f",
          "lavfi",
          "-i",
          `color=size=${width}x${height}:duration=0.04:rate=25,format=rgb24`,
          "-frames:v",
          "1",
        ],
        ...["-vf", `${scale},format=gray`, "-c:v", "pgm", "-f", "image2pipe", "-"],
      ]);
      const [, seenW, seenH] = /^P5\s+(\d+)\s+(\d+)/.exec(one.toString("latin1")) ?? [];
      const placed = place({ width, height }, { width: inW, height: inH, fit: "letterbox-centre", pad: 0 });
      expect([placed.width, placed.height]).toEqual([Number(seenW), Number(seenH)]);
    },
  );
});
