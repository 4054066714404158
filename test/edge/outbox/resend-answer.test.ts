// A box answers for every missing sequence: held and sent again, gone and named, or not given yet.
import { expect, test } from "vitest";
import { answerResend } from "../../../edge/outbox/resend-answer.ts";

const epoch = "0123456789abcdef";
function outbox(held: readonly number[], lastSequence: number): Parameters<typeof answerResend>[0] {
  return {
    epoch,
    lastSequence,
    heldBetween: (from, to, limit) => held.filter((n) => n >= from && n <= to).slice(0, limit),
  };
}

test.each([
  ["all held", [3, 4], [[3, 4]], [3, 4], []],
  ["none held", [], [[3, 4]], [], [[3, 4]]],
  [
    "a hole on either side",
    [4],
    [[3, 5]],
    [4],
    [
      [3, 3],
      [5, 5],
    ],
  ],
  ["beyond the last one given", [], [[8, 30]], [], [[8, 9]]],
  ["turned round", [], [[5, 3]], [], []],
])("%s", (_name, held, ranges, again, gone) => {
  expect(answerResend(outbox(held, 9), { epoch, ranges })).toEqual({ held: again, gone });
});

test("of an outbox that is no longer here, everything is gone", () => {
  const asked = { epoch: "another", ranges: [[1, 7]] };
  expect(answerResend(outbox([1, 2], 9), asked)).toEqual({ held: [], gone: [[1, 7]] });
});

test("a question for very much is answered in part, and what is not answered is not called gone", () => {
  const many = Array.from({ length: 5_000 }, (_, index) => index + 1);
  const { held, gone } = answerResend(outbox(many, 5_000), { epoch, ranges: [[1, 5_000]] });
  expect([held.length, gone]).toEqual([1_000, []]);
});
