// Alters chains of packages in every way we know and sees whether the check notices, and checks unaltered ones beside.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { webChecker } from "../../../contract/evidence/web-checker.ts";
import { createRandom, type Random } from "../../../test/scenario/random.ts";
import { checkEvidence } from "../../evidence/check.ts";
import type { Verdict } from "../../../contract/evidence/verdict.ts";
import { quantile } from "../quantile.ts";
import { type Lying, MUTATIONS } from "./mutation.ts";
import { createWorld, type SampleChain, type SampleWorld, sampleChain } from "./sample-chain.ts";
import { writeArchive, writeFolders } from "./write-chain.ts";

export interface EvidenceFigures {
  readonly mutations: number;
  readonly caught: number;
  readonly false_alarms: number;
  readonly untouched: number;
  readonly verify_ms_p50: number;
  /** Over the untouched packages, of which every tenth holds a clip of full size. */
  readonly verify_ms_p95: number;
  readonly classes: Readonly<Record<string, { readonly tried: number; readonly caught: number }>>;
  /** Descriptions of what went unnoticed, or was blamed though nobody had touched it. */
  readonly listed: readonly string[];
}

export interface EvidencePlan {
  readonly mutations: number;
  readonly untouched: number;
  readonly seed: number;
}

const PACKAGES = 4;
const SMALL_CLIP_BYTES = 3_000;
/** 12 seconds of a camera of 4 Mbit/s. */
const FULL_CLIP_BYTES = 6_000_000;
/** Every so many mutations another chain is altered. */
const CHAIN_LASTS = 50;

export async function measureEvidence(plan: EvidencePlan, signal: AbortSignal): Promise<EvidenceFigures> {
  const folder = await mkdtemp(join(tmpdir(), "ngatu-evidence-"));
  try {
    const world = await createWorld();
    const random = createRandom(plan.seed);
    const altered = await alter(plan.mutations, world, random.fork("mutations"), folder, signal);
    const untouched = await leaveAlone(plan.untouched, world, random.fork("untouched"), folder, signal);
    const { classes } = altered;
    return {
      mutations: plan.mutations,
      caught: Object.values(classes).reduce((sum, one) => sum + one.caught, 0),
      false_alarms: untouched.listed.length,
      untouched: plan.untouched,
      verify_ms_p50: quantile(untouched.ms, 0.5),
      verify_ms_p95: quantile(untouched.ms, 0.95),
      classes,
      listed: [...altered.listed, ...untouched.listed].slice(0, 50),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function alter(
  count: number,
  world: SampleWorld,
  random: Random,
  folder: string,
  signal: AbortSignal,
): Promise<Pick<EvidenceFigures, "classes" | "listed">> {
  const classes: Record<string, { tried: number; caught: number }> = {};
  const listed: string[] = [];
  const kinds = Object.entries(MUTATIONS);
  let chain: SampleChain | undefined;
  for (let number = 0; number < count; number++) {
    signal.throwIfAborted();
    if (chain === undefined || number % CHAIN_LASTS === 0)
      chain = await sampleChain(world, random, { packages: PACKAGES, clipBytes: SMALL_CLIP_BYTES });
    const [kind, mutate] = kinds[number % kinds.length] ?? ["", () => undefined];
    const turn = Math.floor(number / kinds.length);
    const lying = layOut(chain);
    await mutate({ world, chain, lying, random, turn });
    const verdict = await written(lying, number, folder, world);
    const tally = (classes[kind] ??= { tried: 0, caught: 0 });
    tally.tried += 1;
    if (verdict.ok) listed.push(`${kind}, turn ${turn}: nothing was noticed`);
    else tally.caught += 1;
  }
  return { classes, listed };
}

async function leaveAlone(
  count: number,
  world: SampleWorld,
  random: Random,
  folder: string,
  signal: AbortSignal,
): Promise<{ ms: number[]; listed: string[] }> {
  const ms: number[] = [];
  const listed: string[] = [];
  for (let number = 0; number < count; number++) {
    signal.throwIfAborted();
    const full = number % 10 === 0;
    const clipBytes = full ? FULL_CLIP_BYTES : SMALL_CLIP_BYTES;
    const chain = await sampleChain(world, random, { packages: full ? 1 : PACKAGES, clipBytes });
    const verdict = await written(layOut(chain), number, folder, world, (took) => ms.push(took));
    if (!verdict.ok) listed.push(`untouched ${number}: ${verdict.part} ${verdict.where}: ${verdict.text}`);
  }
  return { ms, listed };
}

function layOut({ packages, head }: SampleChain): Lying {
  return {
    packages: new Map(packages.map((files, index) => [`case-${index + 1}`, new Map(files)])),
    beside: new Map(head.map(({ name, bytes }) => [name, bytes])),
  };
}

/** Checked as a reader would: from disk, folders and archives in turn. */
async function written(
  lying: Lying,
  number: number,
  folder: string,
  world: SampleWorld,
  onTook: (ms: number) => void = () => undefined,
): Promise<Verdict> {
  const isArchive = number % 2 === 1;
  const path = join(folder, isArchive ? `chain-${number}.tar` : `chain-${number}`);
  await (isArchive ? writeArchive(path, lying) : writeFolders(path, lying));
  const began = performance.now();
  const verdict = await checkEvidence([path], { checker: webChecker, keys: world.keys, nowMs: Date.now() });
  onTook(performance.now() - began);
  await rm(path, { recursive: true });
  return verdict;
}
