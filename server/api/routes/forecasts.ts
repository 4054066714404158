// People expected in a camera's zones, 5, 15 and 30 minutes ahead.
import Type from "typebox";
import { Name } from "../../../contract/common.ts";
import type { ForecastBoard, ZoneForecast } from "../../forecast/forecast-board.ts";
import { principal } from "../authorize.ts";
import type { Repositories } from "../dependencies.ts";
import type { Api } from "../instance.ts";
import { type ForecastItem, ForecastList } from "../schemas.ts";
import { problems } from "./shape.ts";

const Query = Type.Object({ box: Name, camera: Name }, { additionalProperties: false });

export function addForecasts(
  app: Api,
  { boxes }: Pick<Repositories, "boxes">,
  board: Pick<ForecastBoard, "forecasts">,
): void {
  app.get(
    "/forecasts",
    {
      config: { needs: "camera.read" },
      schema: {
        summary: "People expected in a camera's zones; empty until hours of samples are stored",
        querystring: Query,
        response: { 200: ForecastList, ...problems },
      },
    },
    async (request) => {
      const { box, camera } = request.query;
      const sites = principal(request).access.sites("camera.read");
      // A camera of another site has none, like one that doesn't exist.
      const seen = sites === "all" || (await boxes.list(sites)).some((one) => one.box === box);
      if (!seen) return { items: [] };
      return { items: (await board.forecasts(box, camera)).map(toWire) };
    },
  );
}

function toWire({ at, forecasts, ...rest }: ZoneForecast): ForecastItem {
  const tenth = (value: number): number => Math.round(value * 10) / 10;
  return {
    ...rest,
    persons: tenth(rest.persons),
    at: at.toISOString(),
    forecasts: forecasts.map(({ aheadMin, persons, low, high }) => ({
      ahead_min: aheadMin,
      persons: tenth(persons),
      low: tenth(low),
      high: tenth(high),
    })),
  };
}
