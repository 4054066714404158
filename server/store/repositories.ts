// All repositories over one database, as the interface and the stages ask for them.
import { createAlertsRepository } from "./alerts-repository.ts";
import { createApiTokensRepository } from "./api-tokens-repository.ts";
import { createAuditTrail } from "./audit-repository.ts";
import { createBoxesRepository } from "./boxes-repository.ts";
import { createCasesRepository } from "./cases-repository.ts";
import { type Counts, type CountScope, readCounts } from "./counts.ts";
import type { Database } from "./database.ts";
import { createCrowdSamplesRepository } from "./crowd-samples-repository.ts";
import { createEvidenceRepository } from "./evidence-repository.ts";
import { createEventsRepository } from "./events-repository.ts";
import type { DestinationsFor } from "./forward.ts";
import { createGapsRepository } from "./gaps-repository.ts";
import { createForwardsRepository } from "./forwards-repository.ts";
import { createPeopleRepository } from "./people-repository.ts";
import { createSessionsRepository } from "./sessions-repository.ts";
import { createWatchListRepository } from "./watch-list-repository.ts";
import { createSignInFailures } from "./sign-in-failures.ts";

export type Repositories = ReturnType<typeof createRepositories>;

export interface RepositoryOptions {
  readonly destinationsFor: DestinationsFor;
  /** Whether cases of a rule need two people; none by default. */
  readonly needsTwo?: ((rule: string) => boolean) | undefined;
  /** How long a case stays with whoever took it; five minutes by default. */
  readonly holdMs?: number | undefined;
  /** The server's key for the seals of the audit trail. */
  readonly auditKey: Buffer;
  /** A session ends after so long without a request. */
  readonly sessionIdleMs: number;
}

const HOLD_MS = 5 * 60_000;

export function createRepositories(db: Database, options: RepositoryOptions) {
  const { destinationsFor, needsTwo = () => false, holdMs = HOLD_MS, auditKey, sessionIdleMs } = options;
  const audit = createAuditTrail(db, auditKey);
  return {
    audit,
    events: createEventsRepository(db),
    cases: createCasesRepository(db, { destinationsFor, needsTwo, holdMs }, audit),
    crowdSamples: createCrowdSamplesRepository(db),
    alerts: createAlertsRepository(db, audit),
    boxes: createBoxesRepository(db),
    forwards: createForwardsRepository(db),
    gaps: createGapsRepository(db),
    evidence: createEvidenceRepository(db),
    people: createPeopleRepository(db, audit),
    sessions: createSessionsRepository(db, sessionIdleMs),
    apiTokens: createApiTokensRepository(db, audit),
    watchList: createWatchListRepository(db, audit),
    signInFailures: createSignInFailures(db),
    counts: (since: Date, scope: CountScope): Promise<Counts> => readCounts(db, since, scope),
  };
}
