// Runs the check of a demo: the officer works, the box is drained, and every stage's figure is read.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EvidenceStore } from "../../edge/evidence/evidence-store.ts";
import { Outbox } from "../../edge/outbox/outbox.ts";
import { Publisher } from "../../edge/outbox/publisher.ts";
import { Uploader } from "../../edge/outbox/uploader.ts";
import { DemoOfficer } from "./check.ts";
import { treeMemoryMb } from "./memory.ts";
import { BOX, type DemoSystem, SITE } from "./system.ts";
import type { DemoFigures } from "./verdict.ts";

const MEMORY_EVERY_MS = 1_000;
/** How long what is on its way may take to arrive once the cameras have stopped. */
const DRAIN_MS = 20_000;
const POLL_MS = 100;

export interface CheckOptions {
  readonly system: DemoSystem;
  /** Longest time given to the cameras to show something of each kind. */
  readonly seconds: number;
  readonly firstEventS: () => number | undefined;
  readonly signal: AbortSignal;
}

export async function checkDemo({
  system,
  seconds,
  firstEventS,
  signal,
}: CheckOptions): Promise<DemoFigures> {
  let rssMb = 0;
  const sample = (): void => {
    rssMb = Math.max(rssMb, treeMemoryMb(process.pid));
  };
  const sampling = setInterval(sample, MEMORY_EVERY_MS);
  const officer = await DemoOfficer.signIn(system);
  try {
    await officer.work(Date.now() + seconds * 1000, signal);
    sample();
  } finally {
    clearInterval(sampling);
  }
  await system.stopBox();
  const { produced, acknowledged } = await drainOutbox(system, signal);
  await drainEvidence(system, signal);
  const stored = await officer.stored(signal);
  const { confirmed } = officer;
  const due = confirmed.traffic + confirmed.face + stored.crowdOpened;
  const arrived = (): number => [...system.sink.received.values()].reduce((sum, count) => sum + count, 0);
  await until(() => arrived() >= due, signal);
  return {
    traffic_cases: stored.trafficCases,
    crowd_alerts: stored.crowdOpened,
    face_matches: stored.faceMatches,
    produced,
    stored: stored.all,
    acknowledged,
    evidence_named: stored.evidenceNamed,
    evidence_arrived: stored.evidenceArrived,
    traffic_alerts_due: confirmed.traffic,
    face_matches_confirmed: confirmed.face,
    forwarded: arrived(),
    signatures_refused: system.sink.rejected,
    first_event_s: rounded(firstEventS()),
    rss_mb: Math.round(rssMb),
  };
}

/** What the stopped box left in its outbox is brought to the server from here: the box's own time to leave is short. */
async function drainOutbox(
  { boxFolder, broker, log }: DemoSystem,
  signal: AbortSignal,
): Promise<{ produced: number; acknowledged: number }> {
  const outbox = new Outbox({ folder: boxFolder, site: SITE, box: BOX });
  try {
    if (outbox.figures.rows > 0) {
      const publisher = new Publisher({
        outbox,
        box: BOX,
        broker: broker.access(BOX),
        status: () => ({ version: "demo", contract: [1, 1], site: SITE, cameras: [] }),
        log,
      });
      publisher.start();
      await until(() => outbox.figures.rows === 0, signal);
      await publisher.stop(0);
    }
    const produced = outbox.lastSequence;
    return { produced, acknowledged: produced - outbox.figures.rows };
  } finally {
    outbox.close();
  }
}

/** Likewise the files of the last cases. */
async function drainEvidence(
  { boxFolder, broker, server, log }: DemoSystem,
  signal: AbortSignal,
): Promise<void> {
  const { evidenceUrl } = server;
  if (evidenceUrl === undefined) return;
  const store = new EvidenceStore({ folder: join(boxFolder, "evidence") });
  await store.start();
  const { passwordFile } = broker.access(BOX);
  const uploader = new Uploader({ store, server: { url: evidenceUrl, box: BOX, passwordFile }, log });
  uploader.start();
  await until(() => store.figures.files === 0, signal);
  await uploader.stop();
}

async function until(condition: () => boolean, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + DRAIN_MS;
  while (!condition() && Date.now() < deadline) await sleep(POLL_MS, undefined, { signal });
}

function rounded(seconds: number | undefined): number | null {
  return seconds === undefined ? null : Math.round(seconds * 10) / 10;
}
