// `ngatu eval faces`: how well the product's face recognition tells people apart, on labelled pictures.
import type { Command } from "commander";
import { cacheFolder } from "../../config/cache-folder.ts";
import { DEFAULT_THRESHOLD } from "../../edge/rules/face/watch-list.ts";
import type { FaceModels } from "../../edge/detect/face-reader.ts";
import { createModelStore, type ModelStore } from "../../models/store.ts";
import type { ReadyModel } from "../../models/ready-model.ts";
import { SourceError } from "../../models/source.ts";
import { allPairs, cosine, type AllPairs } from "./faces/all-pairs.ts";
import { embedSet, type Embeddings } from "./faces/embed-set.ts";
import { readFaceSets, type FaceSet } from "./faces/face-set.ts";
import { identification, type Identification } from "./faces/identification.ts";
import { verification, type ScoredPair, type Verification } from "./faces/verification.ts";
import { wilson } from "./interval.ts";
import { tableText } from "./table.ts";

/** Always measured beside the strongest weights: its origin is documented. */
const BESIDE = "dlib-128";
const CAUTION =
  "Labelled pictures of other people and cameras say little about yours (LFW nothing about Vietnamese faces): " +
  "run this on a set of your own site before trusting a threshold.";

export function registerEvalFaces(evalCommand: Command): void {
  evalCommand
    .command("faces")
    .argument("<sets...>", "folders with pairs.csv or watchlist.csv beside images/; nothing of them is kept")
    .description("verification and watch-list accuracy with the strongest weights at hand, dlib-128 beside")
    .option("--only", "leave out dlib-128")
    .option("--json", "print one JSON object")
    .action(evalFaces);
}

interface SetFigures {
  readonly figures: Figures;
  readonly pairs: readonly ScoredPair[];
}

type Figures = Partial<Verification> & {
  readonly weights: string;
  readonly tar_at_far_1e4_all_pairs?: number;
  readonly threshold_for_fmr?: AllPairs["thresholdForFmr"];
  readonly watchlist?: Identification;
  readonly pictures: number;
  readonly without_face: readonly string[];
  readonly gate_would_refuse: Embeddings["gate"];
};

async function evalFaces(
  folders: readonly string[],
  options: { only?: boolean; json?: boolean },
): Promise<void> {
  const sets = folders.flatMap(readFaceSets);
  const store = createModelStore({ cache: cacheFolder(), acceptUndocumented: true });
  const detector = await store.choose("face-detect");
  const embedder = await store.choose("face-embed");
  process.stderr.write(`${detector.why}\n${embedder.why}\n${CAUTION}\n`);
  const beside = options.only === true ? undefined : await besideModel(store, embedder.model);
  const landmarks = await store.local("landmark68");
  const finders = { detector: detector.model, landmarks };
  const results: Record<string, Figures & { beside?: Record<string, Figures> }> = {};
  const all: ScoredPair[] = [];
  for (const set of sets) {
    const own = await judge(set, finders, embedder.model);
    all.push(...own.pairs);
    results[set.name] = own.figures;
    if (beside !== undefined) {
      const other = await judge(set, finders, beside);
      results[set.name] = { ...own.figures, beside: { [beside.name]: other.figures } };
    }
  }
  const weights = {
    face_detect: describe(detector.model),
    ...(landmarks === undefined ? {} : { face_landmarks: describe(landmarks) }),
    face_embed: describe(embedder.model),
  };
  const [only] = Object.values(results);
  const value =
    sets.length === 1
      ? { ...only, set: sets[0]?.name, models: weights, caution: CAUTION }
      : { sets: results, combined: verification(all), models: weights, caution: CAUTION };
  process.stdout.write(options.json === true ? `${JSON.stringify(value)}\n` : table(results));
}

async function besideModel(store: ModelStore, chosen: ReadyModel): Promise<ReadyModel | undefined> {
  if (chosen.name === BESIDE) return undefined;
  try {
    return await store.ensure(BESIDE);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    process.stderr.write(`${BESIDE} is left out: ${error.message}\n`);
    return undefined;
  }
}

async function judge(
  set: FaceSet,
  finders: Omit<FaceModels, "embedder">,
  embedder: ReadyModel,
): Promise<SetFigures> {
  const { vectors, withoutFace, gate } = await embedSet(
    set.folder,
    set.files,
    { ...finders, embedder },
    (done) => {
      if (done % 100 === 0)
        process.stderr.write(`${set.name}: ${done} of ${set.files.length} pictures (${embedder.name})\n`);
    },
  );
  const pairs = set.pairs.map(({ a, b, same, fold }) => ({
    score: cosine(vectors.get(a), vectors.get(b)),
    same,
    ...(fold === undefined ? {} : { fold }),
  }));
  const every = allPairs(set, vectors);
  const measured = pairs.length === 0 ? undefined : verification(pairs);
  const watchlist = identification(set.watchList, vectors, {
    value: embedder.entry.threshold?.value ?? DEFAULT_THRESHOLD,
    from: `the product's default for ${embedder.name}: ${embedder.entry.threshold?.measured ?? "not measured"}`,
  });
  const figures: Figures = {
    weights: describe(embedder),
    ...measured,
    ...(every === undefined
      ? {}
      : {
          tar_at_far_1e4_all_pairs: every.tarAt1e4,
          threshold_for_fmr: every.thresholdForFmr,
          intervals: {
            ...measured?.intervals,
            tar_at_far_1e4_all_pairs: wilson(every.tarAt1e4 * every.genuine, every.genuine),
          },
        }),
    ...(watchlist === undefined ? {} : { watchlist }),
    pictures: set.files.length,
    without_face: withoutFace,
    gate_would_refuse: gate,
  };
  return { figures, pairs };
}

function describe({ name, sha256, entry }: ReadyModel): string {
  return `${name} (${entry.documented ? entry.licence : "origin undocumented"}, sha256 ${sha256.slice(0, 12)}…)`;
}

function table(results: Readonly<Record<string, Figures & { beside?: Record<string, Figures> }>>): string {
  const percent = (value: number | undefined): string =>
    value === undefined ? "–" : (value * 100).toFixed(2);
  const row = (name: string, each: Figures): string[] => [
    name,
    ...[each.accuracy, each.auc, each.eer, each.tar_at_far_1e2, each.tar_at_far_1e3].map(percent),
    ...[each.tar_at_far_1e4_all_pairs, each.watchlist?.fnir, each.watchlist?.fpir].map(percent),
  ];
  const rows = Object.entries(results).flatMap(([set, each]) => [
    row(set, each),
    ...Object.entries(each.beside ?? {}).map(([name, other]) => row(`${set} (${name})`, other)),
  ]);
  const head = ["%", "accuracy", "AUC", "EER", "TAR@1e-2", "TAR@1e-3", "TAR@1e-4 all", "FNIR", "FPIR"];
  return tableText(head, rows);
}
