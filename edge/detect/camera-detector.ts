// One camera's eye on the shared pool: looks by the camera's own view, and chooses the tiles of each frame.
import { place, toSource } from "../../models/letterbox.ts";
import type { Frame } from "../camera/frame.ts";
import { type Box, centre, type Point } from "../geometry/box.ts";
import type { PeopleMap } from "../geometry/people-map.ts";
import { contains } from "../geometry/polygon.ts";
import type { Detection, PlateReading } from "./detection.ts";
import type { DetectorView, Tiling } from "./detector-view.ts";
import type { FaceObservation } from "./face-observation.ts";
import type { Errand } from "./job-queue.ts";
import type { InferencePool, PictureSize } from "./pool.ts";
import { TileSchedule } from "./tile-schedule.ts";

/** What the schedule of tiles asks of a scene, in pixels of its picture. */
export interface DrawnScene {
  readonly picture: PictureSize;
  readonly lines: ReadonlyMap<string, { readonly segment: { readonly from: Point; readonly to: Point } }>;
  readonly lanes: ReadonlyMap<string, { readonly polygon: readonly Point[] }>;
  readonly zones: ReadonlyMap<string, { readonly kind: string; readonly polygon: readonly Point[] }>;
}

export interface CameraDetectorOptions {
  readonly pool: Pick<InferencePool, "detect" | "faces" | "plates" | "people">;
  readonly view: DetectorView;
  /** Where something is drawn in it, small objects matter. */
  readonly scene: DrawnScene;
  /** Whose jobs they are, and what hangs on them. */
  readonly errand: Errand;
  /** Name of the network of people's density that counts; absent: none does. */
  readonly density?: string | undefined;
}

/** How often people are counted by their density, ms of media time: crowds change slowly, and such networks are large. */
const COUNT_EVERY_MS = 1_000;

/** One camera's frames, one after the other: the schedule of its tiles lives here. */
export class CameraDetector {
  readonly #options: CameraDetectorOptions;
  readonly #schedule: TileSchedule | undefined;
  #countedMs = Number.NEGATIVE_INFINITY;

  constructor(options: CameraDetectorOptions) {
    this.#options = options;
    const { view, scene } = options;
    this.#schedule = view.tiling === undefined ? undefined : scheduleOf(view.tiling, view.input, scene);
  }

  async detect(frame: Frame, smallIndex: number, picture: PictureSize): Promise<Detection[]> {
    const { pool, view, errand } = this.#options;
    if (this.#schedule === undefined) return await pool.detect(frame, smallIndex, picture, { view, errand });
    const tiles = this.#schedule.next();
    const found = await pool.detect(frame, smallIndex, picture, {
      view,
      canvasIndex: smallIndex + 1,
      tiles,
      errand,
    });
    this.#schedule.saw(found);
    return found;
  }

  faces(frame: Frame, smallIndex: number, picture: PictureSize): Promise<FaceObservation[]> {
    const { pool, errand } = this.#options;
    return pool.faces(frame, smallIndex, picture, errand);
  }

  /** Where people are, by their density; undefined in frames in which that isn't due. */
  async people(frame: Frame, smallIndex: number, picture: PictureSize): Promise<PeopleMap | undefined> {
    const { pool, errand, density } = this.#options;
    const { tMs } = frame.time;
    if (density === undefined || tMs - this.#countedMs < COUNT_EVERY_MS) return undefined;
    this.#countedMs = tMs;
    return await pool.people(frame, smallIndex, density, picture, { ...errand, priority: "count" });
  }

  /** A plate that a case waits for comes before anything else; others are read when there is time. */
  plates(
    frame: Frame,
    vehicles: readonly Box[],
    picture: PictureSize,
    urgent: boolean,
  ): Promise<PlateReading[]> {
    const { pool, errand } = this.#options;
    const { camera } = errand;
    return pool.plates(frame, vehicles, picture, { camera, priority: urgent ? "evidence" : "count" });
  }
}

function scheduleOf({ canvas, tiles, perFrame }: Tiling, size: PictureSize, scene: DrawnScene): TileSchedule {
  const placement = place(scene.picture, canvas);
  const places = tiles.map((tile) => {
    const onCanvas = { x1: tile.x, y1: tile.y, x2: tile.x + size.width, y2: tile.y + size.height };
    const box = toSource(onCanvas, placement);
    return { tile, box, drawn: isDrawn(scene, box) };
  });
  return new TileSchedule(places, perFrame);
}

/** Whether a corner or end lies in the box, or the box's middle in a polygon. */
function isDrawn({ lines, lanes, zones }: DrawnScene, box: Box): boolean {
  const polygons = [...lanes.values(), ...[...zones.values()].filter(({ kind }) => kind !== "privacy")];
  const points = [
    ...[...lines.values()].flatMap(({ segment }) => [segment.from, segment.to]),
    ...polygons.flatMap(({ polygon }) => polygon),
  ];
  const middle = centre(box);
  return (
    points.some(({ x, y }) => x >= box.x1 && x <= box.x2 && y >= box.y1 && y <= box.y2) ||
    polygons.some(({ polygon }) => contains(polygon, middle))
  );
}
