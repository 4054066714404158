// What is drawn over a frame: heat, scene, trails, boxes, signals, counts and fresh cases, as one SVG.
import type { Live } from "../../contract/messages.ts";
import type { Box, Point } from "../../edge/geometry/box.ts";
import type { HeatCells } from "../../edge/rules/crowd/heat.ts";
import type { RuleFrame } from "../../edge/rules/rule.ts";
import type { Scene } from "../../edge/scene/scene.ts";
import type { Track } from "../../edge/track/track.ts";
import { heatLayer } from "./heat-layer.ts";

/** Something raised, shown for some seconds. */
export interface Raised {
  readonly tMs: number;
  readonly rule: string;
  /** A case; otherwise an observation, incident or alert. */
  readonly isCase: boolean;
  readonly trackId?: number;
}

export interface Moment {
  readonly scene: Scene;
  readonly frame: RuleFrame;
  readonly live: Pick<Live, "zones" | "counts">;
  readonly raised: readonly Raised[];
  /** As painted, by track: those that are known. */
  readonly plates: ReadonlyMap<number, string>;
  /** The latest heat map of each crowd zone that has a ground plane. */
  readonly cells: ReadonlyMap<string, HeatCells>;
  /** Feet of each track, oldest first, in pixels of the scene's picture. */
  readonly trails: ReadonlyMap<number, readonly Point[]>;
}

const CASE_COLOUR = "#ff3030";
const SIGNAL_COLOURS: Readonly<Record<string, string>> = {
  red: "#ff3030",
  yellow: "#ffd020",
  green: "#30e060",
  off: "#404040",
  unknown: "#a0a0a0",
};
/** A head is the upper part of a person: this share of the box's height. */
const HEAD_SHARE = 0.22;

/** An SVG of `width` × `height` pixels, transparent where nothing is drawn. The layers are painted in this order. */
export function overlaySvg(moment: Moment, width: number, height: number): string {
  const { picture } = moment.scene;
  const unit = picture.width / 640;
  const layers = [heat, areas, lines, heads, trails, boxes, signals, banner].map((layer) =>
    layer(moment, unit),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${picture.width} ${picture.height}"`,
    ` preserveAspectRatio="none" font-family="DejaVu Sans, sans-serif" font-size="${12 * unit}" stroke-width="${1.5 * unit}">`,
    ...layers,
    "</svg>",
  ].join("");
}

function heat({ cells, scene, frame }: Moment): string {
  return heatLayer(cells, scene, frame);
}

function areas({ scene, live }: Moment, unit: number): string {
  const zones = [...scene.zones.values()].map(({ name, polygon }) => {
    const count = live.zones.find(({ zone }) => zone === name);
    const limit = count?.capacity === undefined ? "" : `/${count.capacity}`;
    const label = count === undefined ? name : `${name} ${count.persons}${limit}`;
    return area(polygon, "#ffb020", label, unit);
  });
  const lanes = [...scene.lanes.values()].map(({ name, polygon, directionPicture }) => {
    const middle = middleOf(polygon);
    const tip = {
      x: middle.x + directionPicture.x * 40 * unit,
      y: middle.y + directionPicture.y * 40 * unit,
    };
    return area(polygon, "#40a0ff", name, unit) + arrow(middle, tip, "#40a0ff", unit);
  });
  return zones.join("") + lanes.join("");
}

function lines({ scene, live }: Moment, unit: number): string {
  return [...scene.lines.values()]
    .map(({ name, segment, kind }) => {
      const { from, to } = segment;
      const left = from.x <= to.x ? from : to;
      const sum = (direction: string): number =>
        live.counts
          .filter((count) => count.line === name && count.direction === direction)
          .reduce((total, count) => total + count.total, 0);
      const label = kind === "count" ? `${name} ${sum("forward")} / ${sum("backward")}` : name;
      const line = `<line x1="${from.x}" y1="${from.y}" x2="${to.x}" y2="${to.y}" stroke="#20e0e0"/>`;
      return line + text({ x: left.x + 4 * unit, y: left.y - 4 * unit }, label, "#20e0e0", unit);
    })
    .join("");
}

/** Nobody is shown by the face: the head of everyone on foot or riding is covered. */
function heads({ frame }: Moment): string {
  return frame.tracks
    .filter((track) => track.class === "person" || track.class === "rider")
    .map(({ box }) => {
      const radius = ((box.y2 - box.y1) * HEAD_SHARE) / 2;
      return `<circle cx="${round((box.x1 + box.x2) / 2)}" cy="${round(box.y1 + radius)}" r="${round(radius)}" fill="#808080"/>`;
    })
    .join("");
}

function trails({ trails: feet }: Moment): string {
  return [...feet]
    .filter(([, points]) => points.length > 1)
    .map(([id, points]) => {
      const path = points.map(({ x, y }) => `${round(x)},${round(y)}`).join(" ");
      return `<polyline points="${path}" fill="none" stroke="${colourOf(id)}" stroke-opacity="0.8"/>`;
    })
    .join("");
}

function boxes({ frame, raised, plates }: Moment, unit: number): string {
  const accused = new Set(raised.flatMap(({ isCase, trackId }) => (isCase ? [trackId] : [])));
  return frame.tracks
    .filter((track) => track.observed)
    .map((track) =>
      boxOf(track, plates.get(track.id), accused.has(track.id) ? CASE_COLOUR : colourOf(track.id), unit),
    )
    .join("");
}

function boxOf(
  { id, class: name, box }: Track,
  plate: string | undefined,
  colour: string,
  unit: number,
): string {
  const at = { x: box.x1, y: Math.max(box.y1 - 3 * unit, 12 * unit) };
  return (
    frameOf(box, colour) +
    text(at, plate === undefined ? `${name} ${id}` : `${name} ${id} ${plate}`, colour, unit)
  );
}

function signals({ scene, frame }: Moment, unit: number): string {
  return [...scene.signals.keys()]
    .map((name, index) => {
      const state = frame.signals.get(name)?.state ?? "unknown";
      const at = { x: scene.picture.width - 110 * unit, y: (20 + 18 * index) * unit };
      const lamp = `<circle cx="${at.x}" cy="${at.y}" r="${6 * unit}" fill="${SIGNAL_COLOURS[state] ?? "#a0a0a0"}"/>`;
      return lamp + text({ x: at.x + 12 * unit, y: at.y + 4 * unit }, `${name} ${state}`, "#ffffff", unit);
    })
    .join("");
}

function banner({ frame, raised }: Moment, unit: number): string {
  const time = text({ x: 8 * unit, y: 18 * unit }, `${(frame.tMs / 1000).toFixed(1)} s`, "#ffffff", unit);
  const rows = raised.map(({ rule, trackId, isCase }, index) => {
    const words = trackId === undefined ? rule : `${rule} · ${trackId}`;
    const at = { x: 8 * unit, y: (36 + 16 * index) * unit };
    return text(at, words, isCase ? CASE_COLOUR : "#ffd020", unit);
  });
  return time + rows.join("");
}

function area(polygon: readonly Point[], colour: string, label: string, unit: number): string {
  const points = polygon.map(({ x, y }) => `${x},${y}`).join(" ");
  const shape = `<polygon points="${points}" fill="${colour}" fill-opacity="0.10" stroke="${colour}" stroke-opacity="0.6"/>`;
  return shape + text(middleOf(polygon), label, colour, unit);
}

function arrow(from: Point, to: Point, colour: string, unit: number): string {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [x, y] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const [back, side] = [8 * unit, 4 * unit];
  const tip = `${round(to.x)},${round(to.y)}`;
  const left = `${round(to.x - x * back - y * side)},${round(to.y - y * back + x * side)}`;
  const right = `${round(to.x - x * back + y * side)},${round(to.y - y * back - x * side)}`;
  return `<line x1="${round(from.x)}" y1="${round(from.y)}" x2="${round(to.x)}" y2="${round(to.y)}" stroke="${colour}"/><polygon points="${tip} ${left} ${right}" fill="${colour}"/>`;
}

function frameOf({ x1, y1, x2, y2 }: Box, colour: string): string {
  return `<rect x="${round(x1)}" y="${round(y1)}" width="${round(x2 - x1)}" height="${round(y2 - y1)}" fill="none" stroke="${colour}"/>`;
}

/** Dark edges keep words readable on any picture. */
function text({ x, y }: Point, words: string, colour: string, unit: number): string {
  const style = `fill="${colour}" stroke="#000000" stroke-opacity="0.7" stroke-width="${2.5 * unit}" paint-order="stroke"`;
  return `<text x="${round(x)}" y="${round(y)}" ${style}>${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function middleOf(polygon: readonly Point[]): Point {
  const sum = polygon.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / polygon.length, y: sum.y / polygon.length };
}

/** Neighbouring identities are far apart in hue. */
function colourOf(id: number): string {
  return `hsl(${(id * 137) % 360}, 90%, 65%)`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
