// Looks for plates on the vehicles of one full-size picture and reads them: what an inference thread does with them.
import type { ReadyModel } from "../../models/ready-model.ts";
import type { FullPicture } from "../camera/frame.ts";
import type { PlateReading } from "../detect/detection.ts";
import { type Box, iou } from "../geometry/box.ts";
import { plateColour } from "./colour.ts";
import { type FoundPlate, openPlateFinder } from "./finder.ts";
import type { RgbPicture } from "./picture.ts";
import { openPlateReader, type PlateReaderModels } from "./reader.ts";
import { uprightPlate } from "./upright.ts";
import { type VehiclePicture, vehiclePicture } from "./vehicle-picture.ts";
import { votePlate } from "./vote.ts";

export interface PlateModels {
  readonly detector: ReadyModel;
  readonly readers: PlateReaderModels;
}

export interface PlateInspector {
  /** Each plate once, in pixels of the picture. One call at a time. Rejects with ModelError. */
  inspect(full: FullPicture, vehicles: readonly Box[]): Promise<PlateReading[]>;
  close(): Promise<void>;
}

/** A vehicle has one plate towards the camera; a neighbour's may be in its box as well. */
const MOST_PLATES = 3;
const SAME_PLATE = 0.3;
/** A plate so near to the edge of what is looked at, pixels, may be cut by it: half a number is a wrong number. */
const EDGE_PX = 2;

export async function openPlateInspector({ detector, readers }: PlateModels): Promise<PlateInspector> {
  const reader = await openPlateReader(readers);
  const finder = await openPlateFinder(detector, reader);

  async function look(full: FullPicture, vehicle: Box): Promise<PlateReading[]> {
    const cut = await vehiclePicture(full, vehicle);
    if (cut === undefined) return [];
    const { left, top, scale, picture } = cut;
    const region = {
      x1: (vehicle.x1 - left) * scale,
      y1: (vehicle.y1 - top) * scale,
      x2: (vehicle.x2 - left) * scale,
      y2: (vehicle.y2 - top) * scale,
    };
    const readings: PlateReading[] = [];
    for (const plate of (await finder.find(picture, [region])).slice(0, MOST_PLATES)) {
      if (isWhole(plate.box, picture)) readings.push(...(await read(cut, plate)));
    }
    return readings;
  }

  async function read(cut: VehiclePicture, plate: FoundPlate): Promise<PlateReading[]> {
    const upright = await uprightPlate(cut.picture, plate.corners);
    if (upright === undefined) return [];
    const texts = await reader.read(upright.picture, upright.box, false);
    const vote = votePlate(texts);
    if (vote === undefined) return [];
    const colour = await plateColour(upright);
    const { text, confidence } = vote;
    return [
      { box: inFull(plate.box, cut), text, confidence, texts, ...(colour === undefined ? {} : { colour }) },
    ];
  }

  return {
    async inspect(full, vehicles) {
      const found: PlateReading[] = [];
      for (const vehicle of vehicles) {
        for (const reading of await look(full, vehicle)) {
          if (!found.some(({ box }) => iou(box, reading.box) > SAME_PLATE)) found.push(reading);
        }
      }
      return found;
    },
    async close() {
      await finder.close();
      await reader.close();
    },
  };
}

function inFull(box: Box, { left, top, scale }: VehiclePicture): Box {
  return {
    x1: box.x1 / scale + left,
    y1: box.y1 / scale + top,
    x2: box.x2 / scale + left,
    y2: box.y2 / scale + top,
  };
}

function isWhole({ x1, y1, x2, y2 }: Box, { width, height }: RgbPicture): boolean {
  return x1 > EDGE_PX && y1 > EDGE_PX && x2 < width - EDGE_PX && y2 < height - EDGE_PX;
}
