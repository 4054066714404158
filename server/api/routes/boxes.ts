// Boxes as their status says, and the cameras on them with their newest live figures.
import type { FastifyRequest } from "fastify";
import { principal } from "../authorize.ts";
import type { Repositories } from "../dependencies.ts";
import type { Api } from "../instance.ts";
import type { LiveBoard } from "../live-board.ts";
import type { StoredBox } from "../../store/boxes-repository.ts";
import { type Box, BoxList, CameraList } from "../schemas.ts";
import { boxToWire, camerasOf } from "../wire.ts";
import { problems } from "./shape.ts";

export function addBoxes(
  app: Api,
  { boxes, gaps }: Pick<Repositories, "boxes" | "gaps">,
  board: LiveBoard,
): void {
  const seen = (request: FastifyRequest) => boxes.list(principal(request).access.sites("camera.read"));

  app.get(
    "/boxes",
    {
      config: { needs: "camera.read" },
      schema: { summary: "Boxes", response: { 200: BoxList, ...problems } },
    },
    async (request) => {
      const missing = await gaps.missingByBox();
      const withMissing = (box: StoredBox): Box => ({
        ...boxToWire(box),
        missing: missing.get(box.box) ?? 0,
      });
      return { items: (await seen(request)).map(withMissing) };
    },
  );
  app.get(
    "/cameras",
    {
      config: { needs: "camera.read" },
      schema: {
        summary: "Cameras with their newest live figures",
        response: { 200: CameraList, ...problems },
      },
    },
    async (request) => {
      const cameras = (await seen(request)).flatMap(camerasOf);
      return {
        items: cameras.map((camera) => {
          const live = board.latest(camera.box, camera.camera);
          return live === undefined ? camera : { ...camera, live: { box: camera.box, ...live } };
        }),
      };
    },
  );
}
