// Decoders on outputs written by hand, and on outputs that no network of theirs gives.
import { describe, expect, test as plain } from "vitest";
import { fc, test } from "@fast-check/vitest";
import type { Candidate } from "../../models/decode/candidate.ts";
import { decodeBlazeface } from "../../models/decode/blazeface.ts";
import { decodeCct } from "../../models/decode/cct.ts";
import { decodeEndToEnd } from "../../models/decode/end-to-end.ts";
import { decodeCtc } from "../../models/decode/ctc.ts";
import { iou } from "../../models/decode/iou.ts";
import { nms } from "../../models/decode/nms.ts";
import { decodeYolox } from "../../models/decode/yolox.ts";
import type { Output } from "../../models/session.ts";

const output = (dims: readonly number[], name = "output"): Output => ({
  name,
  dims,
  data: new Float32Array(dims.reduce((product, dim) => product * dim, 1)),
});

describe("decodeYolox", () => {
  // A 64×32 input has 8×4 cells at stride 8, 4×2 at 16, 2×1 at 32.
  const yolox = (row: readonly number[], cell: number) => {
    const all = output([1, 42, 8]);
    all.data.set(row, cell * 8);
    return decodeYolox({ outputs: [all], width: 64, height: 32, threshold: 0.3 });
  };

  plain("places a box by its cell and stride, and multiplies objectness with the best class", () => {
    // Cell 8·1 + 3 of stride 8 lies in column 3, row 1.
    expect(yolox([0.5, 0.25, Math.log(2), 0, 0.9, 0.1, 0.8, 0.2], 11)).toEqual([
      {
        x1: expect.closeTo(3.5 * 8 - 8, 4) as number,
        y1: expect.closeTo(1.25 * 8 - 4, 4) as number,
        x2: expect.closeTo(3.5 * 8 + 8, 4) as number,
        y2: expect.closeTo(1.25 * 8 + 4, 4) as number,
        score: expect.closeTo(0.72, 5) as number,
        classIndex: 1,
      },
    ]);
  });

  plain("reads the coarser grids after the finer ones", () => {
    expect(yolox([0, 0, 0, 0, 1, 1, 0, 0], 41)[0]).toMatchObject({ x1: 16, y1: -16, x2: 48, y2: 16 });
  });

  plain("drops what lies below the threshold", () => {
    expect(yolox([0, 0, 0, 0, 0.9, 0.3, 0, 0], 0)).toEqual([]);
  });

  plain("refuses NaN and an output of another size instead of finding nothing", () => {
    expect(() => yolox([0, 0, 0, 0, NaN, 1, 0, 0], 5)).toThrow("an output holds NaN");
    expect(() =>
      decodeYolox({ outputs: [output([1, 41, 8])], width: 64, height: 32, threshold: 0.3 }),
    ).toThrow("output output: [1,42,8] expected, [1,41,8] seen");
    expect(() => decodeYolox({ outputs: [], width: 64, height: 32, threshold: 0.3 })).toThrow("0 seen");
  });
});

describe("decodeEndToEnd", () => {
  plain("takes corners, score and class as they stand", () => {
    const rows = output([1, 100, 6]);
    rows.data.set([10, 20, 30, 40, 0.5, 3], 6);
    const found = decodeEndToEnd({ outputs: [rows], width: 512, height: 512, threshold: 0.3 });
    expect(found).toEqual([{ x1: 10, y1: 20, x2: 30, y2: 40, score: 0.5, classIndex: 3 }]);
  });
});

describe("decodeBlazeface", () => {
  plain("puts mouth corners beside the mouth, parallel to the eyes", () => {
    const outputs = [output([1, 512, 1]), output([1, 384, 1]), output([1, 512, 16]), output([1, 384, 16])];
    for (const logits of outputs.slice(0, 2)) logits.data.fill(-20);
    outputs[0]?.data.set([5], 3);
    // Anchor 3 is the second of cell 1: its centre is (24, 8). Eyes 20 apart, mouth 30 below.
    outputs[2]?.data.set([0, 0, 40, 40, -10, 0, 10, 0, 0, 10, 0, 30, 0, 0, 0, 0], 3 * 16);
    const [face] = decodeBlazeface({ outputs, width: 256, height: 256, threshold: 0.5 });
    expect(face).toMatchObject({ x1: 4, y1: -12, x2: 44, y2: 28 });
    const [left, right, nose, mouthLeft, mouthRight] = face?.points ?? [];
    expect([left, right, nose]).toEqual([
      [14, 8],
      [34, 8],
      [24, 18],
    ]);
    expect(mouthLeft?.[0]).toBeCloseTo(24 - 8.28);
    expect(mouthRight).toEqual([expect.closeTo(24 + 8.28) as number, 38]);
  });
});

describe("decodeCct and decodeCtc", () => {
  plain("drops CCT's filler slots", () => {
    const slots = output([1, 9, 37]);
    Array.from("59X12345").forEach((character, slot) => {
      slots.data[slot * 37 + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_".indexOf(character)] = 0.9;
    });
    slots.data[8 * 37 + 36] = 0.99;
    const { text, confidences } = decodeCct({ outputs: [slots] });
    expect(text).toBe("59X12345");
    expect(confidences).toHaveLength(8);
  });

  plain("merges repeats that no blank divides, and keeps those that one does", () => {
    const steps = [1, 1, 0, 1, 2, 2, 0];
    const line = output([1, steps.length, 4]);
    steps.forEach((symbol, step) => (line.data[step * 4 + symbol] = 0.5 + step / 100));
    const { text, confidences } = decodeCtc({ outputs: [line] }, ["A", "B", "C"]);
    expect(text).toBe("AAB");
    expect(confidences[0]).toBeCloseTo(0.51);
  });
});

const coordinate = fc.float({ min: 0, max: 100, noNaN: true });
const candidate: fc.Arbitrary<Candidate> = fc
  .tuple(coordinate, coordinate, coordinate, coordinate, fc.float({ min: 0, max: 1, noNaN: true }), fc.nat(2))
  .map(([x, y, w, h, score, classIndex]) => ({ x1: x, y1: y, x2: x + w, y2: y + h, score, classIndex }));

describe("nms", () => {
  test.prop([fc.array(candidate, { maxLength: 30 }), fc.float({ min: 0, max: 1, noNaN: true })])(
    "keeps boxes best first, none too close to a better one of its class, and drops only for such a one",
    (candidates, maxIou) => {
      const kept = nms(candidates, maxIou);
      kept.forEach((box, i) => {
        for (const better of kept.slice(0, i)) {
          expect(better.score >= box.score).toBe(true);
          if (better.classIndex === box.classIndex) expect(iou(better, box) <= maxIou).toBe(true);
        }
      });
      for (const dropped of candidates.filter((box) => !kept.includes(box))) {
        const reason = kept.some(
          (better) =>
            better.classIndex === dropped.classIndex &&
            better.score >= dropped.score &&
            iou(better, dropped) > maxIou,
        );
        expect(reason).toBe(true);
      }
    },
  );
});
