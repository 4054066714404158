// What is drawn over a still: the geometry that the rule stands on, the vehicle, number and time; and the black of privacy zones.
import sharp from "sharp";
import type { Box, Point } from "../geometry/box.ts";
import type { Scene } from "../scene/scene.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Drawn {
  readonly scene: Scene;
  /** The event's data: names its line, zone or lane. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The vehicle in this picture, in pixels of the scene's. */
  readonly subject: Box | undefined;
  /** `2 · 20/12/2024 10:32:05.250` */
  readonly caption: string;
}

const GEOMETRY = "#20e0e0";
const SUBJECT = "#ff3030";

/** An SVG that covers a picture of this size. */
export function drawingSvg({ scene, data, subject, caption }: Drawn, size: Size): string {
  const { picture } = scene;
  const unit = picture.width / 640;
  return [
    head(size, picture),
    `<g fill="none" stroke-width="${1.5 * unit}" stroke="${GEOMETRY}">`,
    ...shapesOf(scene, data),
    ...(subject === undefined ? [] : [frameOf(subject)]),
    "</g>",
    `<rect x="0" y="${picture.height - 18 * unit}" width="${picture.width}" height="${18 * unit}" fill="#000" fill-opacity="0.7"/>`,
    `<text x="${6 * unit}" y="${picture.height - 5 * unit}" font-family="DejaVu Sans, sans-serif" font-size="${12 * unit}" fill="#fff">${escaped(caption)}</text>`,
    "</svg>",
  ].join("");
}

/** PNG of the film's size, black where a privacy zone lies; undefined where the scene has none. */
export async function privacyPicture(scene: Scene, size: Size): Promise<Buffer | undefined> {
  const zones = [...scene.zones.values()].filter(({ kind }) => kind === "privacy");
  if (zones.length === 0) return undefined;
  const shapes = zones.map(({ polygon }) => `<polygon points="${pointsOf(polygon)}" fill="#000"/>`);
  const svg = [head(size, scene.picture), ...shapes, "</svg>"].join("");
  return await sharp(Buffer.from(svg)).png().toBuffer();
}

function head(size: Size, picture: Size): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${picture.width} ${picture.height}" preserveAspectRatio="none">`;
}

function shapesOf(scene: Scene, data: Readonly<Record<string, unknown>>): string[] {
  const named = (key: string): string => (typeof data[key] === "string" ? data[key] : "");
  const because = (data["because"] ?? {}) as Readonly<Record<string, unknown>>;
  const lines = [scene.lines.get(named("line")), scene.lines.get(String(because["exit"]))];
  const areas = [
    ...[named("zone"), String(because["from"]), String(because["to"])].map((name) => scene.zones.get(name)),
    scene.lanes.get(named("lane")),
  ];
  return [
    ...lines.flatMap((line) => (line === undefined ? [] : [lineOf(line.segment.from, line.segment.to)])),
    ...areas.flatMap((area) => (area === undefined ? [] : [`<polygon points="${pointsOf(area.polygon)}"/>`])),
  ];
}

function lineOf(from: Point, to: Point): string {
  return `<line x1="${from.x}" y1="${from.y}" x2="${to.x}" y2="${to.y}"/>`;
}

function frameOf({ x1, y1, x2, y2 }: Box): string {
  return `<rect x="${x1}" y="${y1}" width="${x2 - x1}" height="${y2 - y1}" stroke="${SUBJECT}"/>`;
}

function pointsOf(points: readonly Point[]): string {
  return points.map(({ x, y }) => `${x},${y}`).join(" ");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
