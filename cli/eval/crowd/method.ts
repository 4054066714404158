// The ways to count that are compared, the product's own among them.
import { countPeople, type PictureLook } from "../../../edge/detect/people-count.ts";
import { facesWithoutBody } from "../../../edge/detect/face-owner.ts";

export interface Estimate {
  readonly persons: number;
  /** Mean absolute error that the method itself expects; absent where it does not say. */
  readonly error?: number;
  readonly count?: "about" | "at least";
}

export interface Method {
  readonly name: string;
  readonly count: (look: PictureLook) => Promise<Estimate>;
}

/** What the product does by itself, the same for every picture. */
export const AUTOMATIC: Method = { name: "automatic", count: countPeople };

/** Score from which a face counts wherever it stands, in the joined method that knows of no crowd. */
const PLAIN_FACE = 0.4;

export const COMPARED: readonly Method[] = [
  ...[416, 640, 1024, 1536].map(
    (side): Method => ({
      name: `bodies ${side}`,
      count: async (look) => ({ persons: (await look.bodies(side)).length }),
    }),
  ),
  ...[1024, 1536].map(
    (side): Method => ({
      name: `faces ${side}`,
      count: async (look) => ({ persons: plain(await look.faces(side)).length }),
    }),
  ),
  {
    name: "bodies 1024 joined with faces 1024",
    count: async (look) => {
      const bodies = await look.bodies(1024);
      const heads = facesWithoutBody(plain(await look.faces(1024)), bodies);
      return { persons: bodies.length + heads.length };
    },
  },
];

function plain<T extends { readonly score: number }>(faces: readonly T[]): T[] {
  return faces.filter(({ score }) => score >= PLAIN_FACE);
}
