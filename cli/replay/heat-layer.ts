// The heat map over a frame: the samples' cells laid on the ground, or, without a ground plane, where people stand.
import type { Point } from "../../edge/geometry/box.ts";
import type { HeatCells } from "../../edge/rules/crowd/heat.ts";
import { LEVEL_FROM } from "../../edge/rules/crowd/level.ts";
import { peopleIn } from "../../edge/rules/crowd/people.ts";
import type { RuleFrame } from "../../edge/rules/rule.ts";
import { pictureAt } from "../../edge/scene/ground.ts";
import type { Scene, SceneZone } from "../../edge/scene/scene.ts";

/** Cells below this are left clear, persons/m². */
const LEAST = 0.1;
/** The kernel's reach about a person without ground, in heights of the body: as far as three deviations on the ground. */
const REACH_HEIGHTS = 1.2;
const DECIMALS = 10;

/** SVG of every crowd zone's heat; `cells` by zone, of the latest samples. */
export function heatLayer(cells: ReadonlyMap<string, HeatCells>, scene: Scene, frame: RuleFrame): string {
  const zones = [...scene.zones.values()].filter(({ kind }) => kind === "crowd");
  return zones.map((zone, index) => zoneHeat(zone, index, cells.get(zone.name), scene, frame)).join("");
}

function zoneHeat(
  zone: SceneZone,
  index: number,
  cells: HeatCells | undefined,
  scene: Scene,
  frame: RuleFrame,
): string {
  const heat = cells === undefined ? spots(zone, index, scene, frame) : tiles(cells, scene);
  if (heat === "") return "";
  const outline = zone.polygon.map(pointText).join(" ");
  return `<clipPath id="heat${index}"><polygon points="${outline}"/></clipPath><g clip-path="url(#heat${index})">${heat}</g>`;
}

function tiles({ origin, cell_m: size, columns, rows, step, density }: HeatCells, scene: Scene): string {
  const { ground } = scene;
  if (ground === undefined) return "";
  const bytes = Buffer.from(density, "base64");
  const parts: string[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = (bytes[row * columns + column] ?? 0) * step;
      if (value < LEAST) continue;
      const corners = [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ].map(([right = 0, up = 0]) =>
        pictureAt(ground, {
          x: origin[0] + (column + right) * size,
          y: origin[1] + (row + up) * size,
        }),
      );
      if (!corners.every((corner) => corner !== undefined)) continue;
      const points = corners.map(pointText).join(" ");
      parts.push(
        `<polygon points="${points}" fill="${warmth(value)}" fill-opacity="${opacity(value)}" stroke="none"/>`,
      );
    }
  }
  return parts.join("");
}

/** Without metres there is no density to tell: warm where people stand, warmer where they stand close. */
function spots(zone: SceneZone, index: number, scene: Scene, frame: RuleFrame): string {
  if (scene.ground !== undefined) return "";
  const people = peopleIn(zone, frame);
  if (people.length === 0) return "";
  const gradient = `<radialGradient id="warm${index}"><stop offset="0" stop-color="#ff3000" stop-opacity="0.4"/><stop offset="1" stop-color="#ff3000" stop-opacity="0"/></radialGradient>`;
  const circles = people.map(({ foot, track }) => {
    const reach = round((track.box.y2 - track.box.y1) * REACH_HEIGHTS);
    return `<ellipse cx="${round(foot.x)}" cy="${round(foot.y)}" rx="${reach}" ry="${round(reach / 2)}" fill="url(#warm${index})"/>`;
  });
  return gradient + circles.join("");
}

/** From blue over green to red, which is where level F begins. */
function warmth(density: number): string {
  return `hsl(${Math.round(240 * (1 - Math.min(1, density / LEVEL_FROM.F)))}, 95%, 50%)`;
}

/** So that a single person shows and a crowd is still to be seen beneath. */
function opacity(density: number): number {
  return Math.round(100 * Math.min(0.6, 0.2 + density / LEVEL_FROM.F)) / 100;
}

function pointText({ x, y }: Point): string {
  return `${round(x)},${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * DECIMALS) / DECIMALS;
}
