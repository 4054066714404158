// A real app over a real PostgreSQL for tests, with the feed in the test's hand and somebody signed in who may do all.
import type { InjectOptions, LightMyRequestResponse } from "fastify";
import { Feed } from "../../../server/alert/feed.ts";
import { buildApp } from "../../../server/api/app.ts";
import type { ApiDependencies } from "../../../server/api/dependencies.ts";
import type { Database } from "../../../server/store/database.ts";
import type { Api } from "../../../server/api/instance.ts";
import { createPeopleDesk, type PeopleDesk } from "../../../server/people/desk.ts";
import type { Role } from "../../../config/role.ts";
import { createRepositories } from "../../../server/store/repositories.ts";
import { ALL_ROLES, KEY, OPTIONS, type Signed, signIn } from "../people.ts";
import { quiet, startDatabase } from "../temporary.ts";

export interface TestApi {
  readonly app: Api;
  readonly db: Database;
  readonly feed: Feed;
  readonly repositories: ReturnType<typeof createRepositories>;
  readonly desk: PeopleDesk;
  /** What the app asked boxes to show, as `box/camera`. */
  readonly watched: string[];
  /** Somebody who has every role everywhere. */
  readonly everybody: Signed;
  /** Asks as that person. */
  inject(options: InjectOptions): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

export async function startApi(
  overrides: Partial<ApiDependencies> & { secondFactorRoles?: readonly Role[] } = {},
): Promise<TestApi> {
  const database = await startDatabase();
  const feed = new Feed();
  const watched: string[] = [];
  const repositories = createRepositories(database.db, { ...OPTIONS, destinationsFor: () => ["ioc"] });
  const { secondFactorRoles = [], ...dependencies } = overrides;
  const desk = createPeopleDesk({
    ...{ repositories, key: KEY, lastsMs: 3_600_000, secondFactorRoles },
    now: dependencies.now,
  });
  const app = buildApp({
    ...{ repositories, desk, feed },
    log: quiet,
    watch: (box, camera) => watched.push(`${box}/${camera}`),
    ready: { database: () => Promise.resolve(true) },
    attemptsPerMinute: 1_000,
    ...dependencies,
  });
  await app.ready();
  const everybody = await signIn(repositories, ALL_ROLES, "everybody");
  return {
    app,
    db: database.db,
    feed,
    repositories,
    desk,
    watched,
    everybody,
    inject: (options) =>
      app.inject({ ...options, headers: { host: "localhost", ...everybody.headers, ...options.headers } }),
    close: async () => {
      await app.close();
      await database.close();
    },
  };
}
