// The files of one case's package: stills before, at and after, with and without geometry, the clip, the vehicle, its track.
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import sharp, { type Region, type Sharp } from "sharp";
import type { Event } from "../../contract/event.ts";
import type { Manifest, ManifestFile } from "../../contract/evidence/manifest.ts";
import type { Clip, ClipPart, Span } from "../camera/clip.ts";
import type { Box } from "../geometry/box.ts";
import type { Scene } from "../scene/scene.ts";
import { drawingSvg, privacyPicture } from "./drawing.ts";
import { type Film, FilmError, makeFilm } from "./film.ts";
import { filmSize } from "./film-size.ts";
import { hiddenBetween } from "./hidden.ts";
import { localTime } from "./local-time.ts";
import { type Moments, momentsOf } from "./moments.ts";
import type { SightingLog, Sightings } from "./sighting-log.ts";

/** What a camera can show of its last seconds. */
export interface Witness {
  readonly scene: Scene;
  readonly sightings: SightingLog;
  /** Waits for the span's end; see FrameSource. */
  clip(span: Span, signal: AbortSignal): Promise<Clip>;
}

export interface PackageFile {
  readonly listed: ManifestFile;
  readonly bytes: Uint8Array;
}

export interface PackageContent {
  readonly files: readonly PackageFile[];
  readonly originals: Manifest["originals"];
  readonly missing: Manifest["missing"];
}

/** The parts of a package that only a film has. */
const FROM_FILM = "clip.mp4";
const JPEG_QUALITY = 90;
/** How far a vehicle's crop reaches beyond its box, as a share of it. */
const CROP_MARGIN = 0.15;

/** `scratch` is a folder for what is blurred already. Rejects with the signal's reason, or the file system's error. */
export async function contentOf(
  event: Event,
  witness: Witness,
  scratch: string,
  signal: AbortSignal,
): Promise<PackageContent> {
  const data = event.data as Readonly<Record<string, unknown>>;
  const moments = momentsOf(data);
  const clip = await witness.clip(moments.span, signal);
  signal.throwIfAborted();
  const part = clip.parts.find(({ fromMs, toMs }) => fromMs <= moments.at && moments.at < toMs);
  const sightings = witness.sightings.around(moments.span.fromMs, moments.span.toMs);
  const track = trackFile(sightings, subjectOf(data));
  if (part === undefined) return without(track, "the ring no longer held the moment, or the camera was away");
  const folder = await mkdtemp(join(scratch, "film-"));
  try {
    const shot = { event, data, witness, moments, part, sightings, folder };
    const { files, originals } = await filmed(shot, signal);
    const missing = clip.missing.map(({ fromMs, toMs }) => ({
      name: FROM_FILM,
      why: `the camera gave no video from ${Math.round(fromMs)} to ${Math.round(toMs)} ms`,
    }));
    return { files: [...files, ...track], originals, missing: missing.slice(0, 8) };
  } catch (error) {
    if (!(error instanceof FilmError)) throw error;
    return without(track, error.message);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function without(track: readonly PackageFile[], why: string): PackageContent {
  return { files: track, originals: [], missing: [{ name: FROM_FILM, why: why.slice(0, 300) }] };
}

interface Shot {
  readonly event: Event;
  readonly data: Readonly<Record<string, unknown>>;
  readonly witness: Witness;
  readonly moments: Moments;
  readonly part: ClipPart;
  readonly sightings: readonly Sightings[];
  readonly folder: string;
}

async function filmed(shot: Shot, signal: AbortSignal): Promise<Pick<PackageContent, "files" | "originals">> {
  const { data, witness, moments, part, sightings, folder } = shot;
  const { scene } = witness;
  const span = {
    fromMs: Math.max(part.fromMs, moments.span.fromMs),
    toMs: Math.min(part.toMs, moments.span.toMs),
  };
  const size = filmSize(part.bytes) ?? scene.picture;
  const blackened = await privacyPicture(scene, size);
  const shown = stillsWithin(shot, span);
  const subject = subjectOf(data);
  const film = await makeFilm(
    {
      ...{ part, span, stills: shown.map(({ tMs }) => tMs), scene: scene.picture, folder, blackened },
      hidden: (fromMs, toMs) => hiddenBetween(sightings, fromMs, toMs, subject),
    },
    signal,
  );
  const at = (tMs: number): string => momentOf(shot, tMs);
  const clip = fileOf("clip.mp4", "video/mp4", await readFile(film.clip), {
    ...{ from: at(span.fromMs), to: at(span.toMs) },
  });
  const stills = await Promise.all(shown.map((still, index) => stillFiles(shot, film, still, index)));
  const sha256 = createHash("sha256").update(part.bytes).digest("hex");
  return {
    files: [...stills.flat(), clip],
    originals: [{ of: "clip.mp4", bytes: part.bytes.length, sha256 }],
  };
}

interface Still {
  readonly moment: "before" | "at" | "after";
  readonly tMs: number;
}

/** Each at the analysed frame nearest to its moment: that one's time is known exactly. */
function stillsWithin({ witness, moments }: Shot, span: Span): Still[] {
  return (["before", "at", "after"] as const).flatMap((moment) => {
    const tMs = witness.sightings.nearest(moments[moment]) ?? moments[moment];
    return tMs >= span.fromMs && tMs < span.toMs - 1 ? [{ moment, tMs }] : [];
  });
}

async function stillFiles(shot: Shot, film: Film, still: Still, index: number): Promise<PackageFile[]> {
  const { witness, data, sightings } = shot;
  const png = film.stills[index] ?? "";
  const subject = boxAt(sightings, subjectOf(data), still.tMs);
  const at = momentOf(shot, still.tMs);
  const number = index + 1;
  const caption = `${number} · ${localTime(Date.parse(at))}${at.slice(19, 23)} · ${witness.scene.camera}`;
  const svg = drawingSvg({ scene: witness.scene, data, subject, caption }, film.size);
  const jpeg = (picture: Sharp): Promise<Buffer> => picture.jpeg({ quality: JPEG_QUALITY }).toBuffer();
  const shows = { moment: still.moment, t_ms: still.tMs, at };
  const name = `still-${number}-${still.moment}`;
  const files = [
    fileOf(`${name}.jpg`, "image/jpeg", await jpeg(sharp(png)), { ...shows, drawn: false }),
    fileOf(
      `${name}-drawn.jpg`,
      "image/jpeg",
      await jpeg(sharp(png).composite([{ input: Buffer.from(svg) }])),
      { ...shows, drawn: true },
    ),
  ];
  if (still.moment !== "at" || subject === undefined) return files;
  const region = cropOf(subject, witness.scene.picture, film.size);
  if (region === undefined) return files;
  return [...files, fileOf("vehicle.jpg", "image/jpeg", await jpeg(sharp(png).extract(region)), shows)];
}

function cropOf(
  box: Box,
  scene: { width: number; height: number },
  size: { width: number; height: number },
): Region | undefined {
  const [scaleX, scaleY] = [size.width / scene.width, size.height / scene.height];
  const [marginX, marginY] = [(box.x2 - box.x1) * CROP_MARGIN, (box.y2 - box.y1) * CROP_MARGIN];
  const left = Math.max(0, Math.floor((box.x1 - marginX) * scaleX));
  const top = Math.max(0, Math.floor((box.y1 - marginY) * scaleY));
  const right = Math.min(size.width, Math.ceil((box.x2 + marginX) * scaleX));
  const bottom = Math.min(size.height, Math.ceil((box.y2 + marginY) * scaleY));
  return right > left && bottom > top ? { left, top, width: right - left, height: bottom - top } : undefined;
}

/** Where the vehicle was in each analysed frame: `[t_ms, x1, y1, x2, y2]`, pixels of the scene's picture. */
function trackFile(sightings: readonly Sightings[], subject: number | undefined): PackageFile[] {
  const path = sightings.flatMap(({ tMs, seen }) =>
    seen
      .filter(({ id }) => id !== undefined && id === subject)
      .map(({ box: { x1, y1, x2, y2 } }) =>
        [tMs, x1, y1, x2, y2].map((value) => Math.round(value * 10) / 10),
      ),
  );
  if (path.length === 0) return [];
  return [fileOf("track.json", "application/json", Buffer.from(`${JSON.stringify(path)}\n`), undefined)];
}

function boxAt(sightings: readonly Sightings[], subject: number | undefined, tMs: number): Box | undefined {
  const frame = sightings.find((one) => one.tMs === tMs);
  return frame?.seen.find(({ id }) => id !== undefined && id === subject)?.box;
}

function subjectOf(data: Readonly<Record<string, unknown>>): number | undefined {
  return (data["track"] as { id?: number } | undefined)?.id;
}

/** When a media time was, by the event's own capture time; UTC. */
function momentOf({ event, moments }: Shot, tMs: number): string {
  return new Date(Date.parse(event.time) + tMs - moments.at).toISOString();
}

export function fileOf(
  name: string,
  mediaType: string,
  bytes: Uint8Array,
  shows: ManifestFile["shows"],
): PackageFile {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const listed = { name, media_type: mediaType, bytes: bytes.length, sha256 };
  return { listed: shows === undefined ? listed : { ...listed, shows }, bytes };
}
