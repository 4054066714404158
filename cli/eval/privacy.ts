// `ngatu eval privacy`: whether anything of a face outside the watch list leaves memory, and whether blurring holds before another eye.
import { createHash } from "node:crypto";
import type { Command } from "commander";
import { pino } from "pino";
import { cacheFolder } from "../../config/cache-folder.ts";
import type { FaceModels } from "../../edge/detect/face-reader.ts";
import { createModelStore, type ModelStore } from "../../models/store.ts";
import { wholeNumber } from "../option.ts";
import { ensurePrograms } from "../setup/programs.ts";
import { showProgress } from "../setup/progress.ts";
import { wilson } from "./interval.ts";
import { EmbeddingScan } from "./privacy/embedding-scan.ts";
import { filmPictures, isFilm } from "./privacy/film-pictures.ts";
import { type KnownFaces, knownFaces } from "./privacy/known-faces.ts";
import { PixelScan } from "./privacy/pixel-scan.ts";
import type { Payload } from "./privacy/recorder.ts";
import { SecondLook, type SeenFace } from "./privacy/second-look.ts";
import { type Staged, stage } from "./privacy/stage.ts";
import { pictureBeginnings, unwrapped } from "./privacy/unwrap.ts";
import { tableText } from "./table.ts";

interface Options {
  readonly seconds: number;
  readonly json?: true;
}

/** A face that fills this much of a picture makes it a portrait: nobody is shown so who isn't on the list. */
const PORTRAIT_SHARE = 0.1;
/** Listed at most; the counts go on. */
const MAX_LISTED = 50;

export function registerEvalPrivacy(evalCommand: Command): void {
  evalCommand
    .command("privacy")
    .argument("[clips...]", "further clips with faces, shown to the box beside the sample ones")
    .description(
      "runs the whole system on faces with a watch list of one, then looks for the others in all it sent and wrote " +
        "/ tìm dấu vết khuôn mặt người ngoài danh sách",
    )
    .option("--seconds <seconds>", "how long the cameras run", wholeNumber(10, 3600), 75)
    .option("--json", "print one JSON object")
    .action(evalPrivacy);
}

async function evalPrivacy(clips: readonly string[], options: Options): Promise<void> {
  const cache = cacheFolder();
  const progress = showProgress();
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.once("SIGINT", stop).once("SIGTERM", stop);
  const { signal } = stopping;
  await ensurePrograms(["ffmpeg", "mosquitto"], { cache, progress, signal });
  const store = createModelStore({ cache, acceptUndocumented: true, signal });
  const models = await faceModels(store);
  const second = await SecondLook.open(store, models.detector.name);
  try {
    process.stderr.write(
      `ngatu: the system runs for ${options.seconds} s; ${second.model} looks at what it shows\n`,
    );
    const staged = await stage({ cache, progress, signal, seconds: options.seconds, clips });
    try {
      const known = new Map<string, KnownFaces>();
      for (const clip of staged.clips) {
        process.stderr.write(`ngatu: reading the faces of ${clip.name} again, to know what to look for\n`);
        known.set(
          clip.name,
          await knownFaces(clip, models, second, { signal, log: pino({ enabled: false }) }),
        );
      }
      print(await search(staged, known, second, signal), options.json === true);
    } finally {
      staged.remove();
    }
  } finally {
    await second.close();
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

async function faceModels(store: ModelStore): Promise<FaceModels> {
  const detector = (await store.choose("face-detect")).model;
  const embedder = (await store.choose("face-embed")).model;
  return { detector, embedder, landmarks: await store.local("landmark68") };
}

interface Findings {
  readonly embeddings_found: number;
  readonly crops_found: number;
  readonly residual_face_rate: number;
  readonly residual_interval: readonly [number, number];
  readonly faces_seen: number;
  readonly files_scanned: number;
  readonly payloads_scanned: number;
  readonly rows_scanned: number;
  readonly megabytes_scanned: number;
  readonly pictures_judged: number;
  /** Those among them that were pictures of clips. */
  readonly pictures_of_films: number;
  /** Faces that the second detector would have seen in the same pictures unblurred. */
  readonly faces_to_hide: number;
  readonly known_embeddings: number;
  readonly known_pieces: number;
  readonly second_detector: string;
  readonly listed: readonly string[];
}

async function search(
  staged: Staged,
  known: ReadonlyMap<string, KnownFaces>,
  second: SecondLook,
  signal: AbortSignal,
): Promise<Findings> {
  const every = [...known.values()];
  const embeddings = every.flatMap((one) => one.embeddings);
  const pieces = every.flatMap((one) => one.pieces);
  const scans = { embedding: new EmbeddingScan(embeddings), pixel: new PixelScan(pieces) };
  const listed: string[] = [];
  const counts = { embeddings: 0, crops: 0, residual: 0, pictures: 0, filmed: 0, bytes: 0 };
  const judged = new Set<string>();

  const look = async ({ name, bytes }: Payload): Promise<void> => {
    signal.throwIfAborted();
    counts.bytes += bytes.length;
    for (const layer of unwrapped(bytes)) {
      for (const { form, offset, cosine } of scans.embedding.scan(layer)) {
        counts.embeddings += 1;
        listed.push(`${name}: an embedding as ${form} at byte ${offset}, likeness ${cosine.toFixed(2)}`);
      }
      for (const offset of scans.pixel.scan(layer)) {
        counts.crops += 1;
        listed.push(`${name}: pixels of a face at byte ${offset}`);
      }
      for (const encoded of pictureBeginnings(layer)) {
        // One picture travels many ways; its first kilobytes tell it from others.
        const mark = createHash("sha256").update(encoded.subarray(0, 8192)).digest("hex");
        if (judged.has(mark)) continue;
        judged.add(mark);
        for (const picture of isFilm(encoded) ? await filmPictures(encoded) : [encoded]) {
          const faces = await second.faces(picture);
          if (faces === undefined) continue;
          counts.pictures += 1;
          if (picture !== encoded) counts.filmed += 1;
          for (const face of faces) {
            if (face.share >= PORTRAIT_SHARE) counts.crops += 1;
            else counts.residual += 1;
            listed.push(`${name}: ${wordsOf(face)}`);
          }
        }
      }
    }
  };
  for (const payload of staged.payloads) await look(payload);
  for (const row of staged.rows) await look(row);
  let files = 0;
  for (const file of staged.files()) {
    files += 1;
    await look(file);
  }
  const toHide = Math.round(
    [...known].reduce((sum, [name, one]) => sum + one.seenPerPicture * (staged.pictures.get(name) ?? 0), 0),
  );
  const of = Math.max(toHide, counts.residual);
  return {
    embeddings_found: counts.embeddings,
    crops_found: counts.crops,
    residual_face_rate: of === 0 ? 0 : counts.residual / of,
    residual_interval: wilson(counts.residual, of),
    faces_seen: staged.facesSeen,
    files_scanned: files,
    payloads_scanned: staged.payloads.length,
    rows_scanned: staged.rows.length,
    megabytes_scanned: Math.round(counts.bytes / 1e6),
    pictures_judged: counts.pictures,
    pictures_of_films: counts.filmed,
    faces_to_hide: toHide,
    known_embeddings: embeddings.length,
    known_pieces: pieces.length,
    second_detector: second.model,
    listed: listed.slice(0, MAX_LISTED),
  };
}

function wordsOf({ score, box, share }: SeenFace): string {
  const place = box.map((value) => Math.round(value)).join(" ");
  return `a face at ${place}, score ${score.toFixed(2)}, ${(share * 100).toFixed(1)} % of the picture`;
}

function print(findings: Findings, json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(findings)}\n`);
    return;
  }
  const {
    listed,
    residual_interval: [low, high],
    ...figures
  } = findings;
  const rows = Object.entries(figures).map(([key, value]) => [key, String(value)]);
  process.stdout.write(
    tableText(["", ""], [...rows, ["residual, 95 %", `${low.toFixed(4)}–${high.toFixed(4)}`]]),
  );
  for (const line of listed) process.stdout.write(`${line}\n`);
}
