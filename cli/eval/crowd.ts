// `ngatu eval crowd`: how well people are counted, by each method and by the product's own, on labelled pictures.
import type { Command } from "commander";
import { cacheFolder } from "../../config/cache-folder.ts";
import { probeCamera } from "../../edge/camera/probe.ts";
import { COUNTING_MODELS, countPeople } from "../../edge/detect/people-count.ts";
import { readPicture } from "../../edge/watchlist/picture.ts";
import { createModelStore } from "../../models/store.ts";
import { type CountedPicture, type CountedSet, readCountedSets } from "./crowd/counted-set.ts";
import { createFollowedCount } from "./crowd/followed-count.ts";
import { createLookout, type Lookout } from "./crowd/look.ts";
import { AUTOMATIC, COMPARED, type Estimate, type Method } from "./crowd/method.ts";
import { type Counted, type CountScore, scoreOf, smoothed } from "./crowd/score.ts";
import { videoPictures } from "./crowd/video-pictures.ts";
import { bootstrap, type Interval } from "./interval.ts";
import { tableText } from "./table.ts";

interface CrowdOptions {
  readonly truth?: string;
  readonly only?: boolean;
  readonly json?: boolean;
}

interface Judged extends Counted {
  readonly estimate: Estimate;
  readonly ms: number;
}

interface MethodScore extends CountScore {
  readonly method: string;
  /** Inference alone, one thread. */
  readonly ms_per_frame: number;
  /** 95 %, by resampling pictures. */
  readonly mae_interval: Interval;
  readonly frames: number;
}

interface SetScore extends MethodScore {
  /** Pictures of which the method itself says that it counts too few. */
  readonly at_least: number;
  /** Share of pictures whose error is within twice the error that was announced. */
  readonly within_twice_error: number;
  readonly results: readonly MethodScore[];
}

/** Pictures are looked at with their longer side at most so long: larger than any input. */
const LONGEST_SIDE = 2048;

export function registerEvalCrowd(evalCommand: Command): void {
  evalCommand
    .command("crowd")
    .argument(
      "<sets...>",
      "folders with counts.csv (file, and heads or persons), folders of them, or a video",
    )
    .option("--truth <file>", "of a video: counts.csv with frame, and heads or persons")
    .option("--only", "the product's own method alone")
    .description("error of counting people, method by method / sai số đếm người theo từng phương pháp")
    .option("--json", "print one JSON object")
    .action(evalCrowd);
}

async function evalCrowd(paths: readonly string[], options: CrowdOptions): Promise<void> {
  const sets = paths.flatMap((path) => readCountedSets(path, options.truth));
  const store = createModelStore({ cache: cacheFolder(), acceptUndocumented: false });
  const lookout = createLookout(
    await store.ensure(COUNTING_MODELS.bodies),
    await store.ensure(COUNTING_MODELS.faces),
  );
  const scores: Record<string, SetScore> = {};
  const all = new Map<string, Judged[]>();
  try {
    for (const set of sets) {
      const methods = options.only === true ? [AUTOMATIC] : [AUTOMATIC, ...COMPARED];
      const judged =
        "video" in set ? await judgeVideo(set, lookout) : await judgePictures(set.pictures, methods, lookout);
      scores[set.name] = setScore(judged);
      for (const [name, rows] of judged) all.set(name, [...(all.get(name) ?? []), ...rows]);
      process.stderr.write(`${set.name}: ${scores[set.name]?.mae.toFixed(2)}\n`);
    }
  } finally {
    await lookout.close();
  }
  const [only] = Object.values(scores);
  const report =
    sets.length === 1 ? { ...only, set: sets[0]?.name } : { sets: scores, combined: setScore(all) };
  if (options.json === true) console.log(JSON.stringify(report));
  else process.stdout.write(table(scores));
}

type Judgements = ReadonlyMap<string, readonly Judged[]>;

async function judgePictures(
  pictures: readonly CountedPicture[],
  methods: readonly Method[],
  lookout: Lookout,
): Promise<Judgements> {
  const judged = new Map<string, Judged[]>(methods.map(({ name }) => [name, []]));
  for (const { file, persons: truth } of pictures) {
    const look = lookout.look(await readPicture(file, LONGEST_SIDE));
    for (const { name, count } of methods) {
      const view = look.timed();
      const estimate = await count(view);
      judged.get(name)?.push({ truth, persons: estimate.persons, estimate, ms: view.ms });
    }
  }
  return judged;
}

/** The product's own method alone, followed from frame to frame, the median of a second up to each frame. */
async function judgeVideo(
  { video, persons }: Extract<CountedSet, { video: string }>,
  lookout: Lookout,
): Promise<Judgements> {
  const facts = await probeCamera({ source: video, seconds: 1 });
  const fps = facts.declaredFps ?? 1;
  const follow = createFollowedCount(facts);
  const rows: Judged[] = [];
  for await (const picture of videoPictures(video, facts)) {
    const truth = persons[rows.length];
    if (truth === undefined) break;
    const view = lookout.look(picture).timed();
    const estimate = await countPeople(view);
    const followed = follow.see((rows.length * 1000) / fps, estimate);
    rows.push({ truth, persons: followed, estimate, ms: view.ms });
    if (rows.length % 50 === 0) process.stderr.write(`${rows.length} of ${persons.length} frames\n`);
  }
  const calm = smoothed(
    rows.map((row) => row.persons),
    fps,
  );
  const followed = rows.map((row, index) => ({ ...row, persons: calm[index] ?? row.persons }));
  return new Map([[AUTOMATIC.name, followed]]);
}

function setScore(judged: Judgements): SetScore {
  const results = [...judged].map(([method, rows]) => methodScore(method, rows));
  const own = judged.get(AUTOMATIC.name) ?? [];
  const within = own.filter(
    ({ truth, persons, estimate }) => Math.abs(persons - truth) <= 2 * (estimate.error ?? 0),
  );
  return {
    ...methodScore(AUTOMATIC.name, own),
    at_least: own.filter(({ estimate }) => estimate.count === "at least").length,
    within_twice_error: within.length / Math.max(1, own.length),
    results,
  };
}

function methodScore(method: string, rows: readonly Judged[]): MethodScore {
  return {
    method,
    ...scoreOf(rows),
    ms_per_frame: rows.reduce((sum, { ms }) => sum + ms, 0) / Math.max(1, rows.length),
    mae_interval: bootstrap(rows, (sample) => scoreOf(sample).mae),
    frames: rows.length,
  };
}

function table(scores: Readonly<Record<string, SetScore>>): string {
  const rows = Object.entries(scores).flatMap(([set, { results }]) =>
    results.map((result) => [
      `${set}, ${result.method}`,
      String(result.frames),
      `${result.mae.toFixed(2)} (${result.mae_interval.map((value) => value.toFixed(2)).join("–")})`,
      result.rmse.toFixed(2),
      `${(100 * result.relative_error).toFixed(1)} %`,
      result.bias.toFixed(2),
      result.ms_per_frame.toFixed(0),
    ]),
  );
  return tableText(["", "pictures", "MAE (95 %)", "RMSE", "relative", "bias", "ms"], rows);
}
