// The audit trail, for auditors: its rows, and whether all of them are what was written.
import Type from "typebox";
import { verifyTrail } from "../../audit/verify.ts";
import type { ServerKey } from "../../people/server-key.ts";
import type { StoredAuditRow } from "../../store/audit-repository.ts";
import { principal } from "../authorize.ts";
import type { Repositories } from "../dependencies.ts";
import type { Api } from "../instance.ts";
import { type AuditItem, AuditPage, AuditVerdict } from "../people-schemas.ts";
import { pageQuery, problems, timeSpan, toSpan } from "./shape.ts";

const config = { needs: "audit.read" } as const;
const word = Type.Optional(Type.String({ minLength: 1, maxLength: 120 }));
const ListQuery = Type.Object(
  {
    ...{ actor: word, action: word, object: word },
    ...timeSpan("of the row"),
    before: Type.Optional(Type.Integer({ minimum: 1, description: "`next` of the page before" })),
    limit: pageQuery.limit,
  },
  { additionalProperties: false },
);

export function addAudit(
  app: Api,
  { audit }: Pick<Repositories, "audit">,
  { audit: key }: Pick<ServerKey, "audit">,
): void {
  app.get(
    "/audit",
    {
      config,
      schema: {
        summary: "The audit trail, newest first",
        querystring: ListQuery,
        response: { 200: AuditPage, ...problems },
      },
    },
    async (request) => {
      const { from, to, limit = 50, ...query } = request.query;
      const rows = await audit.list({ ...query, ...toSpan({ from, to }), limit });
      await audit.note({
        actor: principal(request).actor,
        action: "audit.list",
        object: "audit",
        detail: query,
      });
      const last = rows.length < limit ? undefined : rows.at(-1);
      return { items: rows.map(rowToWire), ...(last === undefined ? {} : { next: last.position }) };
    },
  );

  app.get(
    "/audit/verification",
    {
      config,
      schema: {
        summary: "Whether every row of the trail is what was written, and which are not",
        response: { 200: AuditVerdict, ...problems },
      },
    },
    async () => {
      const { rows, head, faults } = await verifyTrail(audit, key);
      return { rows, ...(head === undefined ? {} : { head }), faults: [...faults] };
    },
  );
}

function rowToWire({
  position,
  at,
  actor,
  action,
  object,
  address,
  reason,
  detail,
  hash,
}: StoredAuditRow): AuditItem {
  return {
    ...{ position, at: at.toISOString(), actor, action, object, address, detail },
    ...(reason === null ? {} : { reason }),
    hash: hash.toString("hex"),
  };
}
