// What was, is being or could not be delivered to the next systems.
import Type from "typebox";
import type { Repositories } from "../dependencies.ts";
import type { Api } from "../instance.ts";
import { FORWARD_STATES } from "../../store/forward.ts";
import { ForwardList } from "../schemas.ts";
import { forwardToWire } from "../wire.ts";
import { pageQuery, problems } from "./shape.ts";

const ListQuery = Type.Object(
  { state: Type.Optional(Type.Enum([...FORWARD_STATES])), limit: pageQuery.limit },
  { additionalProperties: false },
);

export function addForwards(app: Api, { forwards }: Pick<Repositories, "forwards">): void {
  app.get(
    "/forwards",
    { schema: { summary: "Forwards", querystring: ListQuery, response: { 200: ForwardList, ...problems } } },
    async ({ query: { state, limit = 50 } }) => ({
      items: (await forwards.list({ state, limit })).map(forwardToWire),
    }),
  );
}
