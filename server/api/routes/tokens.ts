// Keys for machines: made by a person, with no more than the person's own rights, never a decision, and an end.
import Type from "typebox";
import { PERSONAL } from "../../people/permission.ts";
import { newSecret, secretHash } from "../../people/secret.ts";
import type { StoredApiToken } from "../../store/api-tokens-repository.ts";
import { sessionOf } from "../authorize.ts";
import type { Repositories } from "../dependencies.ts";
import type { Api } from "../instance.ts";
import { NewToken, NewTokenBody, type Token, TokenList } from "../people-schemas.ts";
import { TOKEN_PREFIX } from "../principal.ts";
import { ProblemError } from "../problem.ts";
import { Id, problems } from "./shape.ts";

const config = { needs: "token.use" } as const;
const DAY_MS = 24 * 3_600_000;
const Revoked = Type.Object({ revoked: Type.Literal(true) });

export function addTokens(app: Api, { apiTokens }: Pick<Repositories, "apiTokens">, now: () => Date): void {
  app.get(
    "/tokens",
    { config, schema: { summary: "One's own keys", response: { 200: TokenList, ...problems } } },
    async (request) => ({
      items: (await apiTokens.list(sessionOf(request).personId)).map(tokenToWire),
    }),
  );

  app.post(
    "/tokens",
    {
      config,
      schema: {
        summary: "A key for a machine; its secret is shown this once",
        body: NewTokenBody,
        response: { 200: NewToken, ...problems },
      },
    },
    async (request) => {
      const { personId, access, actor } = sessionOf(request);
      const { name, scopes, days } = request.body;
      const refuse = (keyword: string, some: readonly string[]): void => {
        if (some.length > 0)
          throw new ProblemError("invalid-request", [{ field: "scopes", keyword, limit: some.join(", ") }]);
      };
      refuse(
        "personal",
        scopes.filter((scope) => PERSONAL.has(scope)),
      );
      refuse(
        "beyondOwn",
        scopes.filter((scope) => !access.has(scope)),
      );
      const secret = `${TOKEN_PREFIX}${newSecret()}`;
      const expiresAt = new Date(now().getTime() + days * DAY_MS);
      const token = { personId, name, sha256: secretHash(secret), scopes, expiresAt };
      return { token: tokenToWire(await apiTokens.create(token, actor)), secret };
    },
  );

  app.delete(
    "/tokens/:id",
    { config, schema: { summary: "End a key", params: Id, response: { 200: Revoked, ...problems } } },
    async (request) => {
      const { personId, actor } = sessionOf(request);
      if (!(await apiTokens.revoke(request.params.id, personId, actor))) throw new ProblemError("not-found");
      return { revoked: true as const };
    },
  );
}

function tokenToWire({
  id,
  name,
  scopes,
  createdAt,
  expiresAt,
  lastUsedAt,
  revokedAt,
}: StoredApiToken): Token {
  return {
    ...{ id, name, scopes: [...scopes] },
    ...{ created_at: createdAt.toISOString(), expires_at: expiresAt.toISOString() },
    ...(lastUsedAt === undefined ? {} : { last_used_at: lastUsedAt.toISOString() }),
    ...(revokedAt === undefined ? {} : { revoked_at: revokedAt.toISOString() }),
  };
}
