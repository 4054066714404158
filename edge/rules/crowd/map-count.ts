// How many people each zone holds by a map of their density, and where on the ground.
import type { Point } from "../../geometry/box.ts";
import type { PeopleMap } from "../../geometry/people-map.ts";
import { contains } from "../../geometry/polygon.ts";
import { groundAt } from "../../scene/ground.ts";
import type { Scene, SceneZone } from "../../scene/scene.ts";
import { bodyBelow } from "../road-users.ts";

/** What one cell of the map has in a zone. */
export interface Spot {
  /** On the ground, metres; `metric` says whether it is. */
  readonly place: Point;
  readonly metric: boolean;
  /** People in it. */
  readonly weight: number;
}

export interface ZoneCount {
  /** Sum over the zone: noise below zero cancels the noise above. */
  readonly people: number;
  readonly spots: readonly Spot[];
}

/** Zones by name. */
export type ZoneCounts = ReadonlyMap<string, ZoneCount>;

/** A map stands for the frames after it for so long; raising it bridges a busy box, lowering it falls back to tracks sooner. */
const LIFE_MS = 3_000;
/** A cell at a zone's edge counts for as many of its points, so many a side, as stand inside. */
const POINTS = 3;

/** Cells of one zone, found once for all maps of one kind. */
interface Cell {
  readonly index: number;
  readonly share: number;
  readonly place: Point | undefined;
}

/** The maps of one camera, one after the other. */
export class MapCount {
  readonly #scene: Scene;
  #kind = "";
  #cells = new Map<string, readonly Cell[]>();
  #latest: { readonly tMs: number; readonly zones: ZoneCounts } | undefined;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** The zones as the latest map has them; undefined where there is none, or none of the last seconds. */
  see(tMs: number, map: PeopleMap | undefined): ZoneCounts | undefined {
    if (map !== undefined) this.#latest = { tMs, zones: this.#count(map) };
    const ageMs = tMs - (this.#latest?.tMs ?? Number.NEGATIVE_INFINITY);
    return ageMs <= LIFE_MS ? this.#latest?.zones : undefined;
  }

  #count(map: PeopleMap): ZoneCounts {
    const { columns, rows, left, top, cellWidth, cellHeight } = map;
    const kind = [columns, rows, left, top, cellWidth, cellHeight].join();
    if (kind !== this.#kind) {
      this.#kind = kind;
      this.#cells = new Map(
        [...this.#scene.zones.values()].map((zone) => [zone.name, cellsOf(zone, map, this.#scene)]),
      );
    }
    return new Map([...this.#cells].map(([zone, cells]) => [zone, countOf(cells, map)]));
  }
}

function countOf(cells: readonly Cell[], map: PeopleMap): ZoneCount {
  const spots: Spot[] = [];
  let sum = 0;
  for (const { index, share, place } of cells) {
    const weight = (map.cells[index] ?? 0) * share;
    if (weight === 0) continue;
    sum += weight;
    spots.push({ place: place ?? { x: 0, y: 0 }, metric: place !== undefined, weight });
  }
  return { people: sum, spots };
}

/** Whoever a map marks is marked at the head: it is in the zone in which its body stands. */
function cellsOf(zone: SceneZone, map: PeopleMap, scene: Scene): Cell[] {
  const { columns, rows, left, top, cellWidth, cellHeight } = map;
  const { ground } = scene;
  const footOf = (head: Point): Point => (ground === undefined ? head : (bodyBelow(head, ground) ?? head));
  const cells: Cell[] = [];
  for (let index = 0; index < columns * rows; index++) {
    const x = left + (index % columns) * cellWidth;
    const y = top + Math.floor(index / columns) * cellHeight;
    let inside = 0;
    for (let point = 0; point < POINTS ** 2; point++) {
      const head = {
        x: x + (((point % POINTS) + 0.5) * cellWidth) / POINTS,
        y: y + ((Math.floor(point / POINTS) + 0.5) * cellHeight) / POINTS,
      };
      if (contains(zone.polygon, footOf(head))) inside++;
    }
    if (inside === 0) continue;
    const foot = footOf({ x: x + cellWidth / 2, y: y + cellHeight / 2 });
    const place = ground === undefined ? undefined : groundAt(ground, foot);
    cells.push({ index, share: inside / POINTS ** 2, place });
  }
  return cells;
}
