// Decodes fast-plate-ocr's CCT: one distribution over characters for each of its slots.
import { type DecoderInput, finite, outputOf } from "./candidate.ts";
import type { Reading } from "./reading.ts";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
const SLOTS = 9;

/** Output [1, 9, 37] of probabilities. `_` fills the slots that a shorter plate leaves: it is dropped wherever it stands. */
export function decodeCct({ outputs }: Pick<DecoderInput, "outputs">): Reading {
  const data = outputOf(outputs, 0, [1, SLOTS, ALPHABET.length]);
  let text = "";
  const confidences: number[] = [];
  for (let slot = 0; slot < SLOTS; slot++) {
    const from = slot * ALPHABET.length;
    let best = 0;
    for (let c = 1; c < ALPHABET.length; c++) if ((data[from + c] ?? 0) > (data[from + best] ?? 0)) best = c;
    const confidence = finite(data[from + best] ?? 0);
    const character = ALPHABET[best] ?? "_";
    if (character === "_") continue;
    text += character;
    confidences.push(confidence);
  }
  return { text, confidences };
}
