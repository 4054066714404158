// Crowd alerts, open and past, the last changed first, and what people do about them.
import type { FastifyRequest } from "fastify";
import Type from "typebox";
import { Name } from "../../../contract/common.ts";
import { ALERT_HANDLINGS, type AlertStep } from "../../store/alert.ts";
import { principal } from "../authorize.ts";
import type { Repositories } from "../dependencies.ts";
import type { Api } from "../instance.ts";
import { readPageMark } from "../page-mark.ts";
import { ProblemError } from "../problem.ts";
import { Alert, AlertList, NoteBody } from "../schemas.ts";
import { alertToWire } from "../wire.ts";
import { Id, pageOf, pageQuery, problems, timeSpan, toSpan } from "./shape.ts";

const ListQuery = Type.Object(
  {
    ...pageQuery,
    ...timeSpan("of the last change"),
    open: Type.Optional(Type.Boolean({ description: "only while the crowd goes on (true) or after it" })),
    handling: Type.Optional(Type.Enum([...ALERT_HANDLINGS])),
    site: Type.Optional(Name),
    camera: Type.Optional(Name),
    rule: Type.Optional(Name),
  },
  { additionalProperties: false },
);

export function addAlerts(app: Api, { alerts }: Pick<Repositories, "alerts">): void {
  app.get(
    "/alerts",
    {
      config: { needs: "alert.read" },
      schema: {
        summary: "Crowd alerts, last changed first",
        querystring: ListQuery,
        response: { 200: AlertList, ...problems },
      },
    },
    async (request) => {
      const { before, from, to, limit = 50, ...filter } = request.query;
      const sites = principal(request).access.sites("alert.read");
      const span = toSpan({ from, to });
      const rows = await alerts.list({ ...filter, ...span, before: readPageMark(before), sites, limit });
      return pageOf(rows, limit, alertToWire, ({ id, changedAt }) => ({ id, time: changedAt }));
    },
  );

  app.get(
    "/alerts/:id",
    {
      config: { needs: "alert.read" },
      schema: { summary: "One alert", params: Id, response: { 200: Alert, ...problems } },
    },
    async (request) => {
      const alert = await alerts.get(request.params.id, principal(request).access.sites("alert.read"));
      if (alert === undefined) throw new ProblemError("not-found");
      return alertToWire(alert);
    },
  );

  async function handle(request: FastifyRequest, id: string, step: AlertStep, note?: string): Promise<Alert> {
    const { access, actor } = principal(request);
    const handled = await alerts.handle(id, step, actor, access.sites("alert.handle"), note?.trim());
    if (typeof handled === "string") throw new ProblemError(handled);
    return alertToWire(handled);
  }

  app.post(
    "/alerts/:id/acknowledge",
    {
      config: { needs: "alert.handle" },
      schema: {
        summary: "Somebody sees to it",
        params: Id,
        body: NoteBody,
        response: { 200: Alert, ...problems },
      },
    },
    (request) => handle(request, request.params.id, "acknowledge", request.body.note),
  );

  app.post(
    "/alerts/:id/resolve",
    {
      config: { needs: "alert.handle" },
      schema: {
        summary: "It is seen to",
        params: Id,
        body: NoteBody,
        response: { 200: Alert, ...problems },
      },
    },
    (request) => handle(request, request.params.id, "resolve", request.body.note),
  );
}
