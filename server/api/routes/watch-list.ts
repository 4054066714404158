// The watch list: asked for by one, approved by another, revoked by either, ended by the clock. No picture, no template.
import type { FastifyRequest } from "fastify";
import Type, { type Static } from "typebox";
import { Name } from "../../../contract/common.ts";
import type { Permission } from "../../people/permission.ts";
import { covers } from "../../store/watch-list-repository.ts";
import { type StoredWatchEntry, WATCH_KINDS, WATCH_STATES } from "../../store/watch-entry.ts";
import { principal } from "../authorize.ts";
import type { Repositories } from "../dependencies.ts";
import type { Api } from "../instance.ts";
import { readPageMark } from "../page-mark.ts";
import { ProblemError } from "../problem.ts";
import { Id, pageOf, pageQuery, problems, readTime } from "./shape.ts";

const MOST_DAYS = 366;
const DAY_MS = 24 * 3_600_000;

const timestamp = Type.String({ description: "RFC 3339, UTC" });
const text = (description: string) =>
  Type.String({ minLength: 1, maxLength: 500, pattern: "\\S", description });
const stated = {
  kind: Type.Enum([...WATCH_KINDS]),
  name: text("a name or a code; for a plate what is known of its vehicle"),
  plate: Type.Optional(Type.String({ minLength: 4, maxLength: 20, description: "of a plate entry" })),
  reason: text("why it is looked for"),
  authority: text("the legal basis"),
  document: text("number of the document that orders it"),
};

const Entry = Type.Object({
  id: Type.String(),
  ...stated,
  sites: Type.Array(Type.String()),
  starts_at: timestamp,
  expires_at: timestamp,
  state: Type.Enum([...WATCH_STATES]),
  requester: Type.String(),
  approver: Type.Optional(Type.String()),
  decided_at: Type.Optional(timestamp),
  ended_reason: Type.Optional(Type.String({ description: "why it was refused or revoked" })),
  created_at: timestamp,
});
type Entry = Static<typeof Entry>;
const EntryPage = Type.Object({ items: Type.Array(Entry), next: Type.Optional(Type.String()) });

const NewEntryBody = Type.Object(
  {
    ...stated,
    sites: Type.Array(Type.Union([Name, Type.Literal("*")]), {
      minItems: 1,
      maxItems: 200,
      uniqueItems: true,
    }),
    starts_at: Type.Optional(Type.String({ format: "date-time", description: "at once where absent" })),
    expires_at: Type.String({ format: "date-time", description: `at most ${MOST_DAYS} days away` }),
  },
  { additionalProperties: false },
);
const ReasonBody = Type.Object({ reason: text("why") }, { additionalProperties: false });
const ListQuery = Type.Object(
  {
    ...pageQuery,
    kind: Type.Optional(Type.Enum([...WATCH_KINDS])),
    state: Type.Optional(Type.Enum([...WATCH_STATES])),
  },
  { additionalProperties: false },
);

export function addWatchList(
  app: Api,
  { watchList, audit }: Pick<Repositories, "watchList" | "audit">,
  now: () => Date,
): void {
  app.get(
    "/watchlist",
    {
      config: { needs: "watchlist.read" },
      schema: {
        summary: "Entries of the watch list, newest first",
        querystring: ListQuery,
        response: { 200: EntryPage, ...problems },
      },
    },
    async (request) => {
      const { before, limit = 50, ...filter } = request.query;
      const { access, actor } = principal(request);
      const sites = access.sites("watchlist.read");
      const rows = await watchList.list({ ...filter, before: readPageMark(before), sites, limit });
      const detail = { entries: rows.map(({ id }) => id) };
      await audit.note({ actor, action: "watchlist.list", object: "watchlist", detail });
      return pageOf(rows, limit, entryToWire, ({ id, createdAt }) => ({ id, time: createdAt }));
    },
  );

  app.get(
    "/watchlist/:id",
    {
      config: { needs: "watchlist.read" },
      schema: { summary: "One entry", params: Id, response: { 200: Entry, ...problems } },
    },
    async (request) => {
      const { access, actor } = principal(request);
      const { id } = request.params;
      const entry = await watchList.get(id, access.sites("watchlist.read"));
      if (entry === undefined) throw new ProblemError("not-found");
      await audit.note({ actor, action: "watchlist.view", object: `watchlist/${id}` });
      return entryToWire(entry);
    },
  );

  app.post(
    "/watchlist",
    {
      config: { needs: "watchlist.propose" },
      schema: {
        summary: "Ask for somebody or a plate to be looked for; it waits for somebody else's approval",
        body: NewEntryBody,
        response: { 200: Entry, ...problems },
      },
    },
    async (request) => {
      const { access, actor } = principal(request);
      const { starts_at: starts, expires_at: expires, plate, sites, ...rest } = request.body;
      if (!covers(access.sites("watchlist.propose"), sites)) refuse("sites", "otherSites", sites.join(", "));
      const startsAt = starts === undefined ? now() : readTime("starts_at", starts);
      const expiresAt = readTime("expires_at", expires);
      const aheadMs = expiresAt.getTime() - now().getTime();
      if (expiresAt <= startsAt || aheadMs <= 0 || aheadMs > MOST_DAYS * DAY_MS)
        refuse("expires_at", "period", String(MOST_DAYS));
      const entry = { ...rest, sites, startsAt, expiresAt, plate: checkedPlate(rest.kind, plate) };
      return entryToWire(await watchList.propose(entry, actor));
    },
  );

  async function step(
    request: FastifyRequest,
    id: string,
    which: "approve" | "refuse" | "revoke",
    permissions: readonly Permission[],
    reason?: string,
  ): Promise<Entry> {
    const { access, actor } = principal(request);
    const held = permissions.map((permission) => access.sites(permission));
    const sites = held.includes("all") ? "all" : held.flatMap((some) => (some === "all" ? [] : some));
    const result = await watchList.step(id, which, actor, sites, reason?.trim());
    if (typeof result === "string") throw new ProblemError(result);
    return entryToWire(result);
  }

  app.post(
    "/watchlist/:id/approve",
    {
      config: { needs: "watchlist.approve" },
      schema: {
        summary: "Approve what somebody else asked for",
        params: Id,
        response: { 200: Entry, ...problems },
      },
    },
    (request) => step(request, request.params.id, "approve", ["watchlist.approve"]),
  );

  app.post(
    "/watchlist/:id/refuse",
    {
      config: { needs: "watchlist.approve" },
      schema: {
        summary: "Refuse a request, with a reason",
        params: Id,
        body: ReasonBody,
        response: { 200: Entry, ...problems },
      },
    },
    (request) => step(request, request.params.id, "refuse", ["watchlist.approve"], request.body.reason),
  );

  app.post(
    "/watchlist/:id/revoke",
    {
      config: { needs: ["watchlist.propose", "watchlist.approve"] },
      schema: {
        summary: "End an entry before its time, with a reason",
        params: Id,
        body: ReasonBody,
        response: { 200: Entry, ...problems },
      },
    },
    (request) =>
      step(
        request,
        request.params.id,
        "revoke",
        ["watchlist.propose", "watchlist.approve"],
        request.body.reason,
      ),
  );
}

function refuse(field: string, keyword: string, limit?: string): never {
  throw new ProblemError("invalid-request", [{ field, keyword, ...(limit === undefined ? {} : { limit }) }]);
}

/** Capitals and digits; only and always there for a plate. */
function checkedPlate(kind: StoredWatchEntry["kind"], plate: string | undefined): string | undefined {
  if (kind !== "plate") return plate === undefined ? undefined : refuse("plate", "additionalProperties");
  if (plate === undefined) return refuse("plate", "required");
  const letters = plate.toUpperCase().replaceAll(/[\s.-]/g, "");
  return /^[0-9A-ZĐ]{4,12}$/.test(letters) ? letters : refuse("plate", "plate");
}

function entryToWire(entry: StoredWatchEntry): Entry {
  const { id, kind, name, plate, reason, authority, document, sites, state, requester, approver } = entry;
  return {
    ...{ id, kind, name, reason, authority, document, sites: [...sites], state, requester },
    starts_at: entry.startsAt.toISOString(),
    expires_at: entry.expiresAt.toISOString(),
    created_at: entry.createdAt.toISOString(),
    ...(plate === undefined ? {} : { plate }),
    ...(approver === undefined ? {} : { approver }),
    ...(entry.decidedAt === undefined ? {} : { decided_at: entry.decidedAt.toISOString() }),
    ...(entry.endedReason === undefined ? {} : { ended_reason: entry.endedReason }),
  };
}
