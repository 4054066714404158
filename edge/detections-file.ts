// Reads a detections file (JSON lines): frames without pixels, for replays in place of video.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import Type, { type Static } from "typebox";
import { Compile } from "typebox/compile";
import type { SignalState } from "../config/camera.ts";
import { ClassName } from "../contract/common.ts";
import type { Detection, PlateReading } from "./detect/detection.ts";
import { type Box, clip } from "./geometry/box.ts";

const BoxPixels = Type.Array(Type.Number(), { minItems: 4, maxItems: 4 });
const Share = Type.Number({ minimum: 0, maximum: 1 });
const Line = Type.Object({
  t_ms: Type.Number({ minimum: 0 }),
  detections: Type.Optional(
    Type.Array(
      Type.Object({
        box: BoxPixels,
        class: ClassName,
        confidence: Share,
        id: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
      }),
    ),
  ),
  plates: Type.Optional(Type.Array(Type.Object({ box: BoxPixels, text: Type.String(), confidence: Share }))),
  signals: Type.Optional(
    Type.Record(
      Type.String(),
      Type.Enum(["red", "yellow", "green", "off", "unknown"] satisfies SignalState[]),
    ),
  ),
  scene: Type.Optional(Type.String({ minLength: 1 })),
});
const validator = Compile(Line);

/** One line of the file. A line may change the scene and be a frame at once: the change comes first. */
export interface DetectionsLine {
  /** From 1. */
  readonly line: number;
  readonly tMs: number;
  /** Camera file whose scene holds from here on, as written: relative to the detections file. */
  readonly scene?: string;
  /** Absent where the line only changes the scene. */
  readonly frame?: {
    /** As written: boxes may reach beyond the picture until {@link clipToPicture}. */
    readonly detections: readonly Detection[];
    readonly plates: readonly PlateReading[];
    readonly signals?: Readonly<Record<string, SignalState>>;
  };
}

/** A line that is not what the format says. */
export class DetectionsFileError extends Error {
  override readonly name = "DetectionsFileError";

  constructor(file: string, line: number, problem: string) {
    super(`${file}:${line}: ${problem}`);
  }
}

/**
 * Streams the lines of a file in order; empty lines are skipped. Throws {@link DetectionsFileError} at the first
 * line that is not JSON, lacks a key, holds a number that is not finite, or goes back in time, and the system's
 * error when the file cannot be read.
 */
export async function* readDetections(file: string): AsyncGenerator<DetectionsLine> {
  const input = createReadStream(file, { encoding: "utf8" });
  const lines = createInterface({ input, crlfDelay: Infinity });
  let number = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  try {
    for await (const text of lines) {
      number++;
      if (text.trim() === "") continue;
      const entry = parse(file, number, text);
      if (entry.t_ms < lastMs) {
        throw new DetectionsFileError(
          file,
          number,
          `t_ms: ${entry.t_ms} is before the line above (${lastMs})`,
        );
      }
      lastMs = entry.t_ms;
      yield toLine(file, number, entry);
    }
  } finally {
    lines.close();
    input.destroy();
  }
}

/** The frame's boxes within the picture; what lies wholly outside, or has no area, is left out. */
export function clipToPicture<T extends { readonly box: Box }>(
  items: readonly T[],
  picture: { readonly width: number; readonly height: number },
): T[] {
  return items.flatMap((item) => {
    const box = clip(item.box, picture.width, picture.height);
    return box === undefined ? [] : [{ ...item, box }];
  });
}

type Entry = Static<typeof Line>;

function parse(file: string, number: number, text: string): Entry {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "";
    throw new DetectionsFileError(file, number, `not JSON: ${reason}`);
  }
  if (validator.Check(value)) return value;
  const [first] = validator.Errors(value);
  const at =
    first === undefined || first.instancePath === ""
      ? "(line)"
      : first.instancePath.slice(1).replaceAll("/", ".");
  throw new DetectionsFileError(file, number, `${at}: ${first?.message ?? "is not a line of this format"}`);
}

function toLine(file: string, number: number, entry: Entry): DetectionsLine {
  const isFrame = entry.detections !== undefined || entry.scene === undefined;
  return {
    line: number,
    tMs: entry.t_ms,
    ...(entry.scene === undefined ? {} : { scene: entry.scene }),
    ...(isFrame
      ? {
          frame: {
            detections: (entry.detections ?? []).map((detection, index) => ({
              box: toBox(file, number, `detections.${index}.box`, detection.box),
              class: detection.class,
              confidence: detection.confidence,
              ...(typeof detection.id === "number" ? { truthId: detection.id } : {}),
            })),
            plates: (entry.plates ?? []).map((plate, index) => ({
              box: toBox(file, number, `plates.${index}.box`, plate.box),
              text: plate.text,
              confidence: plate.confidence,
            })),
            ...(entry.signals === undefined ? {} : { signals: entry.signals }),
          },
        }
      : {}),
  };
}

function toBox(file: string, number: number, key: string, corners: readonly number[]): Box {
  const [x1, y1, x2, y2] = corners as [number, number, number, number];
  if (!Number.isFinite(x1 + y1 + x2 + y2) || x2 < x1 || y2 < y1) {
    throw new DetectionsFileError(
      file,
      number,
      `${key}: [${corners.join(", ")}] is not a box x1 ≤ x2, y1 ≤ y2`,
    );
  }
  return { x1, y1, x2, y2 };
}
