// Decodes our plate reader: two lines of a plate, each by connectionist temporal classification.
import { outputOf, type DecoderInput } from "./candidate.ts";
import { decodeCtc } from "./ctc.ts";
import type { Reading } from "./reading.ts";

const ALPHABET = Array.from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
const LINES = 2;
const STEPS = 32;

/** Output [1, 2, 32, 1 + 36] of probabilities; a plate of one line leaves the second empty. Đ is read as D. */
export function decodePlateLines({ outputs }: Pick<DecoderInput, "outputs">): Reading {
  const symbols = ALPHABET.length + 1;
  const data = outputOf(outputs, 0, [1, LINES, STEPS, symbols]);
  const [first, second] = [0, 1].map((line) => {
    const from = line * STEPS * symbols;
    const part = {
      name: "text",
      data: data.subarray(from, from + STEPS * symbols),
      dims: [1, STEPS, symbols],
    };
    return decodeCtc({ outputs: [part] }, ALPHABET);
  }) as [Reading, Reading];
  return {
    text: first.text + second.text,
    confidences: [...first.confidences, ...second.confidences],
    ...(first.text !== "" && second.text !== "" ? { firstLine: first.text.length } : {}),
  };
}
