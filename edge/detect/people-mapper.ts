// Reads maps of people's density, each camera's by the network that it names, in pixels of its picture.
import { randomFillSync } from "node:crypto";
import { type DensityReader, openDensityReader } from "../../models/density-reader.ts";
import { place } from "../../models/letterbox.ts";
import type { ReadyModel } from "../../models/ready-model.ts";
import type { PeopleMap } from "../geometry/people-map.ts";
import type { InferenceJob } from "./worker-protocol.ts";

export interface PeopleMapper {
  read(job: Extract<InferenceJob, { kind: "people" }>): Promise<PeopleMap>;
  /** Runs each on two pictures. Rejects with ModelError when the outputs are no map. */
  prove(): Promise<void>;
  close(): Promise<void>;
}

/** Rejects with ModelError, naming the model that can't be opened. */
export async function openPeopleMapper(models: readonly ReadyModel[]): Promise<PeopleMapper> {
  const readers = new Map<string, DensityReader>();
  for (const model of models) readers.set(model.name, await openDensityReader(model));
  return {
    async read({ small, model, picture }) {
      const reader = readers.get(model);
      if (reader === undefined) throw new TypeError(`this worker has no model ${model}`);
      const { cells, columns, rows } = (await reader.find(small)).map;
      const { width, height } = reader.input;
      const { scaleX, scaleY, offsetX, offsetY } = place(picture, reader.input);
      return {
        // The reader's next run writes over its own.
        cells: cells.slice(),
        columns,
        rows,
        left: -offsetX / scaleX,
        top: -offsetY / scaleY,
        cellWidth: width / columns / scaleX,
        cellHeight: height / rows / scaleY,
      };
    },
    async prove() {
      for (const reader of readers.values()) {
        const { width, height } = reader.input;
        const picture = new Uint8Array(width * height * 3).fill(128);
        await reader.find(picture);
        await reader.find(randomFillSync(picture));
      }
    },
    async close() {
      for (const reader of readers.values()) await reader.close();
    },
  };
}
