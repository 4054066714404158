// All repositories over one database, as the interface and the stages ask for them.
import { createAlertsRepository } from "./alerts-repository.ts";
import { createBoxesRepository } from "./boxes-repository.ts";
import { createCasesRepository } from "./cases-repository.ts";
import { type Counts, readCounts } from "./counts.ts";
import type { Database } from "./database.ts";
import { createCrowdSamplesRepository } from "./crowd-samples-repository.ts";
import { createEventsRepository } from "./events-repository.ts";
import type { DestinationsFor } from "./forward.ts";
import { createGapsRepository } from "./gaps-repository.ts";
import { createForwardsRepository } from "./forwards-repository.ts";

export type Repositories = ReturnType<typeof createRepositories>;

export function createRepositories(db: Database, destinationsFor: DestinationsFor) {
  return {
    events: createEventsRepository(db),
    cases: createCasesRepository(db, destinationsFor),
    crowdSamples: createCrowdSamplesRepository(db),
    alerts: createAlertsRepository(db),
    boxes: createBoxesRepository(db),
    forwards: createForwardsRepository(db),
    gaps: createGapsRepository(db),
    counts: (since: Date): Promise<Counts> => readCounts(db, since),
  };
}
