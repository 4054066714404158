// A real app over a real PostgreSQL for tests, with the feed in the test's hand.
import { Feed } from "../../../server/alert/feed.ts";
import { buildApp } from "../../../server/api/app.ts";
import type { ApiDependencies } from "../../../server/api/dependencies.ts";
import type { Database } from "../../../server/store/database.ts";
import type { Api } from "../../../server/api/instance.ts";
import { createRepositories } from "../../../server/store/repositories.ts";
import { quiet, startDatabase } from "../temporary.ts";

export interface TestApi {
  readonly app: Api;
  readonly db: Database;
  readonly feed: Feed;
  readonly repositories: ReturnType<typeof createRepositories>;
  /** What the app asked boxes to show, as `box/camera`. */
  readonly watched: string[];
  close(): Promise<void>;
}

export async function startApi(overrides: Partial<ApiDependencies> = {}): Promise<TestApi> {
  const database = await startDatabase();
  const feed = new Feed();
  const watched: string[] = [];
  const repositories = createRepositories(database.db, () => ["ioc"]);
  const app = buildApp({
    repositories,
    feed,
    log: quiet,
    watch: (box, camera) => watched.push(`${box}/${camera}`),
    ready: { database: () => Promise.resolve(true) },
    ...overrides,
  });
  await app.ready();
  return {
    app,
    db: database.db,
    feed,
    repositories,
    watched,
    close: async () => {
      await app.close();
      await database.close();
    },
  };
}
