// The server-sent event stream: what is committed, and live figures, as they come.
import type { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import Type from "typebox";
import type { EventScope } from "../../store/scope.ts";
import { principal } from "../authorize.ts";
import type { Repositories } from "../dependencies.ts";
import type { Api } from "../instance.ts";
import { ProblemError } from "../problem.ts";
import { type StreamHub, writeBeat, writeMessage } from "../stream-hub.ts";
import { streamView } from "../stream-view.ts";
import { eventToWire } from "../wire.ts";
import { problems } from "./shape.ts";

/** Events that a returning screen is told one by one; whoever missed more reads the lists again. */
const REPLAY_LIMIT = 400;
/** How long the browser waits before it comes back. */
const RETRY_MS = 2_000;

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const watched = Type.String({ pattern: "^[a-z0-9-]{1,40}/[a-z0-9-]{1,40}$", maxLength: 81 });
const Query = Type.Object(
  {
    watch: Type.Optional(
      Type.Array(watched, {
        maxItems: 64,
        description: "`box/camera` whose preview this screen shows; repeatable",
      }),
    ),
    last_event_id: Type.Optional(
      Type.String({ format: "uuid", description: "like the header Last-Event-ID, for a first connection" }),
    ),
  },
  { additionalProperties: false },
);

const EventStream = {
  description: "server-sent events",
  content: { "text/event-stream": { schema: Type.Unsafe<Readable>({ type: "string" }) } },
};

/** What a screen that last saw the given event has missed, or that it must read the lists again. */
async function missed(
  { events }: Pick<Repositories, "events">,
  lastId: string,
  scope: EventScope,
): Promise<string> {
  const rows = await events.since(lastId, REPLAY_LIMIT + 1, scope);
  if (rows === undefined || rows.length > REPLAY_LIMIT) return writeMessage("reset", {});
  return rows.map((row) => writeMessage("event", eventToWire(row), row.id)).join("");
}

export function addStream(
  app: Api,
  repositories: Pick<Repositories, "events" | "audit">,
  hub: StreamHub,
  stillAllowed: (request: FastifyRequest) => Promise<boolean>,
): void {
  app.get(
    "/stream",
    {
      config: { needs: "event.read" },
      schema: {
        summary: "Server-sent events: event, case, alert, box, forward, live, beat, reset",
        querystring: Query,
        response: { 200: EventStream, ...problems },
      },
    },
    async (request, reply) => {
      // Connected before the missed events are read: one that is committed in between comes twice rather than never.
      const { access, actor } = principal(request);
      const view = streamView(access);
      const client = hub.connect(new Set(request.query.watch ?? []), view, () => stillAllowed(request));
      if (client === undefined) throw new ProblemError("too-many-screens");
      request.raw.once("close", () => client.body.destroy());
      const detail = { cameras: [...client.watched] };
      await repositories.audit.note({ actor, action: "stream.open", object: "stream", detail });
      client.send(`retry: ${RETRY_MS}\n\n${writeBeat()}`);
      const header = request.headers["last-event-id"];
      const lastId = typeof header === "string" && header !== "" ? header : request.query.last_event_id;
      if (lastId !== undefined) {
        client.send(
          uuidPattern.test(lastId)
            ? await missed(repositories, lastId, view.events)
            : writeMessage("reset", {}),
        );
      }
      return reply
        .type("text/event-stream; charset=utf-8")
        .header("cache-control", "no-store")
        .header("x-accel-buffering", "no")
        .send(client.body);
    },
  );
}
