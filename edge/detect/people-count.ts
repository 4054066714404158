// Counts the people of one picture: bodies joined with faces, the more of both the weaker faces count.
import type { Box } from "../geometry/box.ts";
import { facesWithoutBody } from "./face-owner.ts";

/** Something found, in pixels of the picture. */
export interface Seen extends Box {
  readonly score: number;
}

/** Detectors that look at one picture, scaled so that its longer side has so many pixels. */
export interface PictureLook {
  /** Longer side of the picture itself, pixels. */
  readonly side: number;
  bodies(side: number): Promise<readonly Seen[]>;
  /** Down to a score of {@link WEAKEST_FACE}. */
  faces(side: number): Promise<readonly Seen[]>;
}

export interface PeopleCount {
  readonly bodies: readonly Seen[];
  /** Heads whose bodies were not found. */
  readonly heads: readonly Seen[];
  readonly persons: number;
  /** Mean absolute error to be expected, people. */
  readonly error: number;
  /** `at least`: the picture holds more people than this method can tell apart. */
  readonly count: "about" | "at least";
  /** Longer side of the largest picture that faces were looked for in. */
  readonly side: number;
}

/** The networks that the figures below were measured with; both take any input size. */
export const COUNTING_MODELS = { bodies: "yolox-nano", faces: "yunet-2026may" } as const;

/** Input that bodies and first faces are looked for in. Larger finds smaller people and costs with its square. */
const SIDE = 1024;
/** Larger inputs for faces, in turn, where there is a crowd. */
const LARGER_SIDES = [1536, 2048];
/** From so many sure people on it is a crowd, in which bodies hide each other. Lowering it costs time in sparse scenes. */
const CROWD = 30;
/** A face of this score is sure by itself (the face detector's own threshold, see the catalogue). */
const SURE_FACE = 0.65;
/** With so many sure people about, a face is as likely as not from a score of one half on. Raising it counts fewer. */
const EVEN_ODDS = 20;
/** No face counts below this, whatever stands about it. */
export const WEAKEST_FACE = 0.15;
/** Faces lower than this in the input are at the detector's end (its finest stride is 8) … */
const SMALL_FACE_PX = 12;
/** … and once they are this share, still smaller ones were missed. */
const SMALL_SHARE = 0.15;
/** More people than this were never in a picture that the method was measured on. */
const MOST_MEASURED = 200;
/** Mean absolute error over people, on sparse (3–53) and on dense pictures (29–200) alike. */
const ERROR_SHARE = 0.18;

/**
 * Bodies at the detector's own threshold, joined with the faces that no body owns. A weak face is a matter of prior
 * odds, and these grow with the people who are surely there: it counts from 1 / (1 + sure ÷ {@link EVEN_ODDS}) on, so
 * that foliage is no face in an empty street and hair is one in a stand. Where there is a crowd, larger pictures are
 * looked at until the faces in them are no longer at the detector's end.
 */
export async function countPeople(look: PictureLook): Promise<PeopleCount> {
  const bodies = await look.bodies(SIDE);
  let found = joined(bodies, await look.faces(SIDE), SIDE / look.side);
  let side = SIDE;
  if (found.sure >= CROWD) {
    for (side of LARGER_SIDES) {
      found = joined(bodies, await look.faces(side), side / look.side);
      if (found.smallShare < SMALL_SHARE) break;
    }
  }
  const persons = bodies.length + found.heads.length;
  const end = found.smallShare >= SMALL_SHARE && found.sure >= CROWD;
  return {
    bodies,
    heads: found.heads,
    persons,
    error: Math.max(1, Math.round(ERROR_SHARE * persons)),
    count: end || persons > MOST_MEASURED ? "at least" : "about",
    side,
  };
}

function joined(
  bodies: readonly Seen[],
  faces: readonly Seen[],
  scale: number,
): { readonly heads: Seen[]; readonly sure: number; readonly smallShare: number } {
  const sureFaces = faces.filter(({ score }) => score >= SURE_FACE);
  const sure = bodies.length + facesWithoutBody(sureFaces, bodies).length;
  const least = Math.min(SURE_FACE, Math.max(WEAKEST_FACE, 1 / (1 + sure / EVEN_ODDS)));
  const counted = faces.filter(({ score }) => score >= least);
  const small = counted.filter(({ y1, y2 }) => (y2 - y1) * scale < SMALL_FACE_PX).length;
  return {
    heads: facesWithoutBody(counted, bodies),
    sure,
    smallShare: counted.length === 0 ? 0 : small / counted.length,
  };
}
