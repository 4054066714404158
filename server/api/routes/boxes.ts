// Boxes as their status says, and the cameras on them with their newest live figures.
import type { Repositories } from "../dependencies.ts";
import type { Api } from "../instance.ts";
import type { LiveBoard } from "../live-board.ts";
import { BoxList, CameraList } from "../schemas.ts";
import { boxToWire, camerasOf } from "../wire.ts";
import { problems } from "./shape.ts";

export function addBoxes(app: Api, { boxes }: Pick<Repositories, "boxes">, board: LiveBoard): void {
  app.get("/boxes", { schema: { summary: "Boxes", response: { 200: BoxList, ...problems } } }, async () => ({
    items: (await boxes.list()).map(boxToWire),
  }));
  app.get(
    "/cameras",
    {
      schema: {
        summary: "Cameras with their newest live figures",
        response: { 200: CameraList, ...problems },
      },
    },
    async () => {
      const cameras = (await boxes.list()).flatMap(camerasOf);
      return {
        items: cameras.map((camera) => {
          const live = board.latest(camera.box, camera.camera);
          return live === undefined ? camera : { ...camera, live: { box: camera.box, ...live } };
        }),
      };
    },
  );
}
