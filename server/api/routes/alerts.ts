// Crowd alerts, open and past, the last changed first.
import Type from "typebox";
import { principal } from "../authorize.ts";
import type { Repositories } from "../dependencies.ts";
import type { Api } from "../instance.ts";
import { AlertList } from "../schemas.ts";
import { alertToWire } from "../wire.ts";
import { pageQuery, problems } from "./shape.ts";

const ListQuery = Type.Object(
  {
    open: Type.Optional(Type.Boolean({ description: "only open (true) or closed ones" })),
    limit: pageQuery.limit,
  },
  { additionalProperties: false },
);

export function addAlerts(app: Api, { alerts }: Pick<Repositories, "alerts">): void {
  app.get(
    "/alerts",
    {
      config: { needs: "alert.read" },
      schema: { summary: "Crowd alerts", querystring: ListQuery, response: { 200: AlertList, ...problems } },
    },
    async (request) => {
      const { open, limit = 50 } = request.query;
      const sites = principal(request).access.sites("alert.read");
      return { items: (await alerts.list({ open, sites, limit })).map(alertToWire) };
    },
  );
}
