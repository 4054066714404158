// People expected in a camera's zones, 5, 15 and 30 minutes ahead.
import Type from "typebox";
import { Name } from "../../../contract/common.ts";
import type { ForecastBoard, ZoneForecast } from "../../forecast/forecast-board.ts";
import type { Api } from "../instance.ts";
import { type ForecastItem, ForecastList } from "../schemas.ts";
import { problems } from "./shape.ts";

const Query = Type.Object({ box: Name, camera: Name }, { additionalProperties: false });

export function addForecasts(app: Api, board: Pick<ForecastBoard, "forecasts">): void {
  app.get(
    "/forecasts",
    {
      schema: {
        summary: "People expected in a camera's zones; empty until hours of samples are stored",
        querystring: Query,
        response: { 200: ForecastList, ...problems },
      },
    },
    async ({ query: { box, camera } }) => ({ items: (await board.forecasts(box, camera)).map(toWire) }),
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
