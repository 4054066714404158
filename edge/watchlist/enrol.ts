// Enrols one person from one picture: only the embedding is kept, encrypted; the picture is never copied.
import type { ReadyModel } from "../../models/ready-model.ts";
import { GATE, type GateLimits } from "../detect/face-gate.ts";
import type { FaceRefusal } from "../detect/face-observation.ts";
import { openFaceReader, type FaceReader, type ReadFace } from "../detect/face-reader.ts";
import { faceGeometry } from "../detect/face-geometry.ts";
import { stillFrame, type StillPicture } from "../detect/still.ts";
import { EnrolError } from "./enrol-error.ts";
import type { EntryRecord, WatchEntry } from "./entry.ts";
import { updateGallery } from "./gallery.ts";
import { readPicture } from "./picture.ts";
import { type EntryRequest, recordOf } from "./record.ts";
import { searchGallery } from "./search.ts";
import { buildSearchSet } from "./search-set.ts";

export interface EnrolRequest extends EntryRequest {
  /** A file, or its bytes. */
  readonly picture: string | Uint8Array;
  /** Add the picture to this entry instead of making a new one. */
  readonly entryId?: string | undefined;
}

export interface EnrolPlace {
  readonly galleryFile: string;
  readonly key: Uint8Array;
  readonly detector: ReadyModel;
  readonly embedder: ReadyModel;
  readonly landmarks?: ReadyModel | undefined;
  readonly now?: () => number;
}

export interface Enrolled {
  readonly entry: EntryRecord;
  readonly templates: number;
  /** 0 to 1, as the gate judged the picture. */
  readonly quality: number;
  /** An entry of another name that looks like the same person: one of the two names is probably wrong. */
  readonly alike?: { readonly id: string; readonly name: string; readonly score: number };
}

/** An enrolled picture is compared for months: it must be better than a face passing a camera. */
const ENROL_GATE: GateLimits = { ...GATE, confidence: 0.75, size: 28, aside: 0.3, sharpness: 0.21 };
/** Square, since pictures come in any shape. */
const INPUT = { width: 640, height: 640 };
/** A second face at least this large beside the first makes it unclear who is meant. */
const RIVAL_SIZE = 1 / 3;
/** Eyes wider apart than this are brought down to `WORK_EYES`: the embedder samples, it doesn't average. */
const WIDE_EYES = 90;
const WORK_EYES = 60;

/** Blocks its thread for each of the inferences. Throws {@link EnrolError}, or GalleryError for the gallery's faults. */
export async function enrol(request: EnrolRequest, place: EnrolPlace): Promise<Enrolled> {
  const nowMs = (place.now ?? Date.now)();
  const record = { ...recordOf(request, nowMs), model: place.embedder.sha256 };
  const picture = await readPicture(request.picture);
  const reader = await openFaceReader(place, { limits: ENROL_GATE, input: INPUT, exact: true });
  let face: ReadFace;
  try {
    face = await onlyFace(reader, request.picture, picture);
  } finally {
    await reader.close();
  }
  const { embedding, quality } = face;
  if (embedding === undefined) throw refused(face.reason ?? "unsure");
  let entry: EntryRecord = record;
  let templates = 1;
  let alike: Enrolled["alike"];
  await updateGallery(place.galleryFile, place.key, nowMs, (entries) => {
    alike = likeOther(entries, embedding, request, place.embedder, nowMs);
    const before = entries.find(({ id }) => id === request.entryId);
    if (request.entryId !== undefined && before?.model !== record.model) {
      throw new EnrolError("unknown-entry", `no entry ${request.entryId} that this embedder made`);
    }
    if (before === undefined) return [...entries, { ...record, templates: [embedding] }];
    const { templates: known, ...kept } = before;
    entry = kept;
    templates = known.length + 1;
    return entries.map((each) => (each === before ? { ...before, templates: [...known, embedding] } : each));
  });
  return { entry, templates, quality, ...(alike === undefined ? {} : { alike }) };
}

/** The one face of the picture, embedded; a very large one is read again from a smaller rendering. */
async function onlyFace(
  reader: FaceReader,
  source: string | Uint8Array,
  picture: StillPicture,
): Promise<ReadFace> {
  const face = single(await readStill(reader, picture));
  const { size } = faceGeometry(face.points);
  if (size <= WIDE_EYES) return face;
  const side = Math.round((Math.max(picture.width, picture.height) * WORK_EYES) / size);
  return single(await readStill(reader, await readPicture(source, side)));
}

async function readStill(reader: FaceReader, picture: StillPicture): Promise<ReadFace[]> {
  const { small, full } = await stillFrame(picture, reader.input);
  return await reader.read(small.pixels, full);
}

function single(faces: readonly ReadFace[]): ReadFace {
  const bySize = faces
    .map((face) => ({ face, size: faceGeometry(face.points).size }))
    .sort((a, b) => b.size - a.size);
  const [first, second] = bySize;
  if (first === undefined) throw new EnrolError("no-face", "no face was found in the picture");
  if (second !== undefined && second.size >= first.size * RIVAL_SIZE) {
    throw new EnrolError(
      "several-faces",
      `${faces.length} faces are in the picture; cut it to the one that is meant`,
    );
  }
  if (first.face.reason !== undefined) throw refused(first.face.reason);
  return first.face;
}

const ADVICE: Readonly<Record<FaceRefusal, string>> = {
  unsure: "is barely recognisable as a face",
  edge: "is cut off by the edge of the picture",
  small: `is too small: at least ${ENROL_GATE.size} pixels between the eyes`,
  turned: "is turned away; take a picture from the front",
  tilted: "is tilted too far",
  dark: "is too dark",
  bright: "is overexposed",
  flat: "has too little contrast",
  blurred: "is blurred",
  deferred: "was not compared",
};

function refused(reason: FaceRefusal): EnrolError {
  return new EnrolError(reason, `the face ${ADVICE[reason]}`);
}

function likeOther(
  entries: readonly WatchEntry[],
  embedding: Float32Array,
  request: EnrolRequest,
  embedder: ReadyModel,
  nowMs: number,
): Enrolled["alike"] {
  const others = entries.filter((entry) => entry.id !== request.entryId);
  const match = searchGallery(buildSearchSet(others, embedder.sha256, nowMs).set, embedding, nowMs);
  const threshold = embedder.entry.threshold?.value;
  if (match === undefined || threshold === undefined || match.score < threshold) return undefined;
  return { id: match.entryId, name: match.name, score: match.score };
}
