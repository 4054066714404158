// What was, is being or could not be delivered to the next systems.
import Type from "typebox";
import { Name } from "../../../contract/common.ts";
import { principal } from "../authorize.ts";
import type { Repositories } from "../dependencies.ts";
import type { Api } from "../instance.ts";
import { ProblemError } from "../problem.ts";
import { FORWARD_STATES } from "../../store/forward.ts";
import { Forward, ForwardList } from "../schemas.ts";
import { forwardToWire } from "../wire.ts";
import { pageQuery, problems } from "./shape.ts";

const ListQuery = Type.Object(
  {
    state: Type.Optional(Type.Enum([...FORWARD_STATES])),
    destination: Type.Optional(Name),
    limit: pageQuery.limit,
  },
  { additionalProperties: false },
);

/** The queue's own number, a bigint. */
const ForwardId = Type.Object({ id: Type.String({ pattern: "^[1-9][0-9]{0,17}$" }) });

export function addForwards(app: Api, { forwards, audit }: Pick<Repositories, "forwards" | "audit">): void {
  app.get(
    "/forwards",
    {
      config: { needs: "forward.read" },
      schema: { summary: "Forwards", querystring: ListQuery, response: { 200: ForwardList, ...problems } },
    },
    async (request) => {
      const { state, destination, limit = 50 } = request.query;
      const sites = principal(request).access.sites("forward.read");
      return { items: (await forwards.list({ state, destination, sites, limit })).map(forwardToWire) };
    },
  );

  app.post(
    "/forwards/:id/replay",
    {
      config: { needs: "forward.replay" },
      schema: {
        summary: "Try a forward again that was given up",
        params: ForwardId,
        response: { 200: Forward, ...problems },
      },
    },
    async (request) => {
      const { access, actor } = principal(request);
      const replayed = await forwards.replay(request.params.id, access.sites("forward.replay"));
      if (replayed === undefined) throw new ProblemError("not-dead");
      await audit.note({ actor, action: "forward.replay", object: `forward/${replayed.id}` });
      return forwardToWire(replayed);
    },
  );
}
