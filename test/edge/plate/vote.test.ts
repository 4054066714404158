// One plate from several readings: characters, grammar, foreign plates, doubt.
import { describe, expect, test } from "vitest";
import { type PlateText, votePlate } from "../../../edge/plate/vote.ts";

function said(reader: string, text: string, confidence = 0.9, more: Partial<PlateText> = {}): PlateText {
  return { reader, text, confidences: Array.from(text, () => confidence), ...more };
}

describe("the vote on a plate", () => {
  test("two readers who agree within the grammar are accepted", () => {
    const vote = votePlate([
      said("own", "59E112903", 0.9, { firstLine: 4 }),
      said("line", "59E112903"),
      said("whole", "59E712903"),
    ]);
    expect(vote).toMatchObject({ text: "59E112903", display: "59E1-129.03", accepted: true });
    expect(vote?.alternatives).toContain("59E712903");
  });

  test("the surest character wins at each place, but one reader alone is not accepted", () => {
    const vote = votePlate([
      { ...said("own", "51F22029"), confidences: [0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.2] },
      { ...said("line", "51F22026"), confidences: [0.9, 0.3, 0.9, 0.9, 0.9, 0.9, 0.9, 0.8] },
    ]);
    expect(vote).toMatchObject({ text: "51F22026", accepted: false });
  });

  test("two frames of one reader are one witness", () => {
    expect(votePlate([said("own", "51F22026"), said("own", "51F22026")])?.accepted).toBe(false);
  });

  test("a foreign plate passes as it is read by who knows foreign plates", () => {
    const vote = votePlate([
      said("own", "1B189839"),
      said("line", "1B189839"),
      said("whole", "1B19839", 0.8, { knowsForeign: true }),
    ]);
    expect(vote).toMatchObject({ text: "1B19839", display: "1B19839", accepted: false });
    expect(vote?.kind).toBeUndefined();
  });

  test("a sticker read as a character makes no plate of this country of a foreign one that is two corrections away", () => {
    const vote = votePlate([
      said("own", "4B480262"),
      said("line", "4B480262"),
      said("whole", "4B40262", 0.8, { knowsForeign: true }),
    ]);
    expect(vote).toMatchObject({ text: "4B40262", accepted: false });
  });

  test("a longer reading with a doubled character keeps a shorter one from being accepted", () => {
    const vote = votePlate([said("line", "14X10444"), said("whole", "14X10444"), said("own", "14X104444")]);
    expect(vote?.accepted).toBe(false);
  });

  test("nobody who read anything gives no plate", () => {
    expect(votePlate([said("own", "")])).toBeUndefined();
  });
});
