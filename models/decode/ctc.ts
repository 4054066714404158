// Decodes a line of text by connectionist temporal classification: best path, repeats merged, blanks dropped.
import { type DecoderInput, finite, outputOf } from "./candidate.ts";
import type { Reading } from "./reading.ts";

/**
 * Output [1, steps, 1 + alphabet] of probabilities; 0 is the blank. (Graves 2006, 3.2: best path decoding.)
 * A character that spans several steps has the confidence of its best one.
 */
export function decodeCtc({ outputs }: Pick<DecoderInput, "outputs">, alphabet: readonly string[]): Reading {
  const symbols = alphabet.length + 1;
  const steps = outputs[0]?.dims[1] ?? 0;
  const data = outputOf(outputs, 0, [1, steps, symbols]);
  let text = "";
  const confidences: number[] = [];
  let previous = 0;
  for (let step = 0; step < steps; step++) {
    const from = step * symbols;
    let best = 0;
    for (let c = 1; c < symbols; c++) if ((data[from + c] ?? 0) > (data[from + best] ?? 0)) best = c;
    const confidence = finite(data[from + best] ?? 0);
    if (best !== 0 && best === previous) {
      confidences.push(Math.max(confidences.pop() ?? 0, confidence));
    } else if (best !== 0) {
      text += alphabet[best - 1] ?? "";
      confidences.push(confidence);
    }
    previous = best;
  }
  return { text, confidences };
}
