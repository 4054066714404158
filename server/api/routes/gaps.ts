// What of each order of a box's events is not stored: still missing, or gone for good.
import Type from "typebox";
import { Name } from "../../../contract/common.ts";
import { principal } from "../authorize.ts";
import type { Repositories } from "../dependencies.ts";
import type { Api } from "../instance.ts";
import { ProblemError } from "../problem.ts";
import { GapList } from "../schemas.ts";
import { problems } from "./shape.ts";

const BoxName = Type.Object({ box: Name });

export function addGaps(app: Api, { boxes, gaps }: Pick<Repositories, "boxes" | "gaps">): void {
  app.get(
    "/boxes/:box/gaps",
    {
      config: { needs: "camera.read" },
      schema: {
        summary: "Gaps in a box's events, by epoch; the one that was stored to last comes first",
        params: BoxName,
        response: { 200: GapList, ...problems },
      },
    },
    async (request) => {
      const { box } = request.params;
      const seen = await boxes.list(principal(request).access.sites("camera.read"));
      if (!seen.some((one) => one.box === box)) throw new ProblemError("not-found");
      return {
        items: (await gaps.orders(box)).map(({ epoch, storedTo, missing, gone }) => ({
          epoch,
          stored_to: storedTo,
          missing: missing.map(([from, to]) => ({ from, to })),
          gone: gone.map(([from, to]) => ({ from, to })),
        })),
      };
    },
  );
}
