// Events as stored, newest first.
import Type from "typebox";
import { Name } from "../../../contract/common.ts";
import type { Repositories } from "../dependencies.ts";
import type { Api } from "../instance.ts";
import { readPageMark } from "../page-mark.ts";
import { ProblemError } from "../problem.ts";
import { Event, EventPage } from "../schemas.ts";
import { eventToWire } from "../wire.ts";
import { Id, pageOf, pageQuery, problems } from "./shape.ts";

const time = (description: string) => Type.Optional(Type.String({ format: "date-time", description }));

const ListQuery = Type.Object(
  {
    ...pageQuery,
    type: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
    box: Type.Optional(Name),
    camera: Type.Optional(Name),
    from: time("capture time at or after this"),
    to: time("capture time before this"),
  },
  { additionalProperties: false },
);

export function addEvents(app: Api, { events }: Pick<Repositories, "events">): void {
  app.get(
    "/events",
    {
      schema: {
        summary: "Events, newest first",
        querystring: ListQuery,
        response: { 200: EventPage, ...problems },
      },
    },
    async ({ query: { type, box, camera, before, limit = 50, ...query } }) => {
      const from = query.from === undefined ? undefined : new Date(query.from);
      const to = query.to === undefined ? undefined : new Date(query.to);
      const rows = await events.list({ type, box, camera, from, to, before: readPageMark(before), limit });
      return pageOf(rows, limit, eventToWire, (row) => row);
    },
  );
  app.get(
    "/events/:id",
    { schema: { summary: "One event", params: Id, response: { 200: Event, ...problems } } },
    async ({ params: { id } }) => {
      const stored = await events.get(id);
      if (stored === undefined) throw new ProblemError("not-found");
      return eventToWire(stored);
    },
  );
}
