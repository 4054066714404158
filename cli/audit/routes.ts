// `ngatu audit routes`: every route that a server answers, and the permission without which it does not.
import type { Command } from "commander";
import { pino } from "pino";
import { EVIDENCE_ROUTES } from "../../contract/evidence.ts";
import { Feed } from "../../server/alert/feed.ts";
import { buildApp } from "../../server/api/app.ts";
import { statedRoutes } from "../../server/api/authorize.ts";
import { createPeopleDesk } from "../../server/people/desk.ts";
import { ServerKey } from "../../server/people/server-key.ts";
import { openDatabase } from "../../server/store/database.ts";
import { createRepositories } from "../../server/store/repositories.ts";
import { screenFolder } from "../screen-folder.ts";
import { tableText } from "../eval/table.ts";

interface Row {
  readonly method: string;
  readonly url: string;
  /** Undefined: none is stated. */
  readonly needs: string | readonly string[] | undefined;
}

export function registerAuditRoutes(audit: Command): void {
  audit
    .command("routes")
    .description("every route of a server and who may ask it / mọi đường dẫn và quyền cần có")
    .option("--json", "print one JSON object")
    .action(async ({ json }: { json?: true }) => {
      const rows = [...(await interfaceRoutes()), ...EVIDENCE_ROUTES];
      const without = rows.filter(({ needs }) => needs === undefined).length;
      if (json === true) {
        const figures = { routes: rows.length, without_permission: without, items: rows };
        process.stdout.write(`${JSON.stringify(figures)}\n`);
      } else {
        const cells = rows.map(({ method, url, needs }) => [
          method,
          url,
          [needs ?? "NONE"].flat().join(" or "),
        ]);
        process.stdout.write(tableText(["method", "route", "needs"], cells));
        process.stdout.write(`${rows.length} routes, ${without} without a permission\n`);
      }
      if (without > 0) process.exitCode = 1;
    });
}

/** Those of the app that a server listens with. Nothing is asked of a database or a disk. */
async function interfaceRoutes(): Promise<Row[]> {
  const log = pino({ enabled: false });
  const database = openDatabase({ host: "/nowhere" }, log);
  const key = new ServerKey(Buffer.alloc(32));
  const repositories = createRepositories(database.db, {
    ...{ destinationsFor: () => [], auditKey: key.audit, sessionIdleMs: 1 },
  });
  const desk = createPeopleDesk({ repositories, key, lastsMs: 1, secondFactorRoles: [] });
  const app = buildApp({
    ...{ repositories, desk, log, feed: new Feed(), watch: () => undefined, ready: {} },
    screenFolder: screenFolder(),
  });
  try {
    // Not made ready: what would fail then is what is counted here.
    await app.after();
    return statedRoutes(app);
  } finally {
    await app.close();
    await database.close();
  }
}
