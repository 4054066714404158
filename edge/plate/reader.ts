// Reads a plate with every reader at hand: ours for both lines, CCT for the whole, PP-OCR line by line.
import type { ReadyModel } from "../../models/ready-model.ts";
import { openTextReader, type TextReader } from "../../models/text-reader.ts";
import type { Box } from "../geometry/box.ts";
import { leftAligned, type RgbPicture, stretched } from "./picture.ts";
import type { PlateText } from "./vote.ts";

export interface PlateReaderModels {
  /** Two lines at once; it also tells how many there are. */
  readonly own: ReadyModel;
  readonly whole?: ReadyModel | undefined;
  readonly line?: ReadyModel | undefined;
}

export interface PlateReader {
  /** All readings of the plate in `box`, ours first. One call at a time. Rejects with ModelError. */
  read(picture: RgbPicture, box: Box, tight: boolean): Promise<PlateText[]>;
  /** Ours alone: cheap enough to ask whether something is a plate at all. */
  glance(picture: RgbPicture, box: Box, tight: boolean): Promise<PlateText | undefined>;
  /** The reader of plates of the world alone, for a second opinion; undefined where there is none. */
  secondGlance(picture: RgbPicture, box: Box): Promise<PlateText | undefined>;
  close(): Promise<void>;
}

/** Margins as shares of the box; readers were trained on crops about so loose. A crop that is given is taken as it is. */
const MARGIN = { own: 0.05, whole: 0.02 } as const;
/** Flatter than this, width by height, a plate has one line, where our reader saw none. */
const ONE_LINE_RATIO = 2.4;
/** The halves of two lines overlap a little: the upper line is the lower one in many makes. */
const HALVES = { upper: 0.52, lower: 0.45 } as const;
/** Grey that PaddleOCR pads with. */
const PAD = 127;

export async function openPlateReader(models: PlateReaderModels): Promise<PlateReader> {
  const own = await openTextReader(models.own);
  const whole = models.whole === undefined ? undefined : await openTextReader(models.whole);
  const line = models.line === undefined ? undefined : await openTextReader(models.line);

  const glance: PlateReader["glance"] = async (picture, box, tight) => {
    const rgb = await stretched(picture, box, tight ? 0 : MARGIN.own, own.input);
    return rgb === undefined ? undefined : { reader: models.own.name, ...clean(await own.read(rgb)) };
  };

  const secondGlance = async (
    picture: RgbPicture,
    box: Box,
    margin: number = MARGIN.whole,
  ): Promise<PlateText | undefined> => {
    if (whole === undefined || models.whole === undefined) return undefined;
    const rgb = await stretched(picture, box, margin, whole.input);
    return rgb === undefined
      ? undefined
      : { reader: models.whole.name, knowsForeign: true, ...clean(await whole.read(rgb)) };
  };

  return {
    glance,
    secondGlance,
    async read(picture, box, tight) {
      const first = await glance(picture, box, tight);
      if (first === undefined) return [];
      const readings = [first];
      const second = await secondGlance(picture, box, tight ? 0 : MARGIN.whole);
      if (second !== undefined) readings.push(second);
      if (line !== undefined && models.line !== undefined)
        readings.push({ reader: models.line.name, ...(await byLines(line, picture, box, first)) });
      return readings;
    },
    async close() {
      await Promise.all([own.close(), whole?.close(), line?.close()]);
    },
  };
}

async function byLines(
  line: TextReader,
  picture: RgbPicture,
  box: Box,
  first: PlateText,
): Promise<Omit<PlateText, "reader">> {
  const { x1, x2, y1, y2 } = box;
  const height = y2 - y1;
  const single = first.text === "" ? (x2 - x1) / height > ONE_LINE_RATIO : first.firstLine === undefined;
  const parts = single
    ? [box]
    : [
        { x1, x2, y1, y2: y1 + height * HALVES.upper },
        { x1, x2, y1: y1 + height * HALVES.lower, y2 },
      ];
  let text = "";
  const confidences: number[] = [];
  let firstLine: number | undefined;
  for (const part of parts) {
    const rgb = await leftAligned(picture, part, line.input, PAD);
    if (rgb === undefined) continue;
    const read = clean(await line.read(rgb));
    if (!single) firstLine ??= read.text.length;
    text += read.text;
    confidences.push(...read.confidences);
  }
  return { text, confidences, ...(firstLine === undefined ? {} : { firstLine }) };
}

/** Capital letters and digits; Đ is written D. */
function clean(reading: {
  readonly text: string;
  readonly confidences: readonly number[];
  readonly firstLine?: number;
}): Omit<PlateText, "reader"> {
  const kept = Array.from(reading.text).flatMap((character, index) => {
    const capital = character.toUpperCase().replace("Đ", "D");
    return /^[A-Z0-9]$/.test(capital) ? [{ capital, confidence: reading.confidences[index] ?? 0 }] : [];
  });
  return {
    text: kept.map(({ capital }) => capital).join(""),
    confidences: kept.map(({ confidence }) => confidence),
    ...(reading.firstLine === undefined ? {} : { firstLine: reading.firstLine }),
  };
}
