// Events as stored, newest first.
import type { FastifyRequest } from "fastify";
import Type from "typebox";
import { Name } from "../../../contract/common.ts";
import type { StoredEvent } from "../../store/events-repository.ts";
import { eventClass } from "../../store/scope.ts";
import { principal } from "../authorize.ts";
import type { Repositories } from "../dependencies.ts";
import type { Api } from "../instance.ts";
import { readPageMark } from "../page-mark.ts";
import { ProblemError } from "../problem.ts";
import { Event, EventPage } from "../schemas.ts";
import { eventScope } from "../scope.ts";
import { eventToWire } from "../wire.ts";
import { Id, pageOf, pageQuery, problems, timeSpan, toSpan } from "./shape.ts";

const ListQuery = Type.Object(
  {
    ...pageQuery,
    type: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
    box: Type.Optional(Name),
    camera: Type.Optional(Name),
    ...timeSpan("of capture"),
  },
  { additionalProperties: false },
);

export function addEvents(app: Api, { events, audit }: Pick<Repositories, "events" | "audit">): void {
  /** Plates and listed people are seen here too: who saw which leaves a row. */
  const note = async (request: FastifyRequest, rows: readonly StoredEvent[]): Promise<void> => {
    const told = rows.filter(({ event }) => eventClass(event) !== "open").map(({ id }) => id);
    const { actor } = principal(request);
    if (told.length > 0)
      await audit.note({ actor, action: "event.view", object: "events", detail: { events: told } });
  };

  app.get(
    "/events",
    {
      config: { needs: "event.read" },
      schema: {
        summary: "Events, newest first",
        querystring: ListQuery,
        response: { 200: EventPage, ...problems },
      },
    },
    async (request) => {
      const { type, box, camera, before, from, to, limit = 50 } = request.query;
      const scope = eventScope(principal(request).access);
      const filter = {
        type,
        box,
        camera,
        ...toSpan({ from, to }),
        before: readPageMark(before),
        scope,
        limit,
      };
      const rows = await events.list(filter);
      await note(request, rows);
      return pageOf(rows, limit, eventToWire, (row) => row);
    },
  );
  app.get(
    "/events/:id",
    {
      config: { needs: "event.read" },
      schema: { summary: "One event", params: Id, response: { 200: Event, ...problems } },
    },
    async (request) => {
      const stored = await events.get(request.params.id, eventScope(principal(request).access));
      if (stored === undefined) throw new ProblemError("not-found");
      await note(request, [stored]);
      return eventToWire(stored);
    },
  );
}
