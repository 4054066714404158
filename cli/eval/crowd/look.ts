// One picture as the detectors see it, each at each size once, with the time that it took.
import { type Seen, type PictureLook, WEAKEST_FACE } from "../../../edge/detect/people-count.ts";
import { fitPixels, type StillPicture } from "../../../edge/detect/still.ts";
import { openDetector } from "../../../models/detector.ts";
import { openFaceDetector } from "../../../models/face-detector.ts";
import { type InputSpec, place, toSource } from "../../../models/letterbox.ts";
import type { ReadyModel } from "../../../models/ready-model.ts";

interface Finding extends Seen {
  readonly className?: string;
}

interface OpenDetector {
  readonly input: InputSpec;
  detect(rgb: Uint8Array): Promise<readonly Finding[]>;
  close(): Promise<void>;
}

/** Looks at one picture; `ms` is the inference that a use of it has cost so far, each detector and size once. */
export interface TimedLook extends PictureLook {
  /** A view of the same picture that counts its own time. */
  timed(): PictureLook & { readonly ms: number };
}

export interface Lookout {
  look(picture: StillPicture): TimedLook;
  close(): Promise<void>;
}

/** Sessions stay open for every input size that a picture asked for. */
export function createLookout(bodies: ReadyModel, faces: ReadyModel): Lookout {
  const open = new Map<string, Promise<OpenDetector>>();

  const detectorFor = (
    kind: "bodies" | "faces",
    size: { width: number; height: number },
  ): Promise<OpenDetector> => {
    const key = `${kind} ${size.width} ${size.height}`;
    const known = open.get(key);
    if (known !== undefined) return known;
    const opened =
      kind === "bodies"
        ? openDetector(bodies, size)
        : openFaceDetector(faces, { ...size, threshold: WEAKEST_FACE });
    open.set(key, opened);
    return opened;
  };

  return {
    look(picture) {
      const seen = new Map<string, Promise<{ readonly found: readonly Seen[]; readonly ms: number }>>();
      const see = async (kind: "bodies" | "faces", side: number) => {
        const { input } = (kind === "bodies" ? bodies : faces).entry;
        const detector = await detectorFor(kind, sizeFor(picture, side, input.multiple ?? 1));
        const at = place(picture, detector.input);
        const pixels = await fitPixels(picture, detector.input);
        const began = performance.now();
        const found = await detector.detect(pixels);
        const ms = performance.now() - began;
        return {
          found: found
            .filter(({ className }) => className === undefined || className === "person")
            .map((each) => ({ ...toSource(each, at), score: each.score })),
          ms,
        };
      };
      const once = (kind: "bodies" | "faces", side: number) => {
        const key = `${kind} ${side}`;
        const known = seen.get(key) ?? see(kind, side);
        seen.set(key, known);
        return known;
      };
      const view = (): PictureLook & { readonly ms: number } => {
        let spent = 0;
        const find = async (kind: "bodies" | "faces", side: number): Promise<readonly Seen[]> => {
          const { found, ms } = await once(kind, side);
          spent += ms;
          return found;
        };
        return {
          side: Math.max(picture.width, picture.height),
          bodies: (side) => find("bodies", side),
          faces: (side) => find("faces", side),
          get ms() {
            return spent;
          },
        };
      };
      return { ...view(), timed: view };
    },
    async close() {
      for (const detector of open.values()) await (await detector).close();
    },
  };
}

/** The input in the picture's own proportions, so that none is wasted on a border. */
function sizeFor({ width, height }: StillPicture, side: number, multiple: number) {
  const scale = side / Math.max(width, height);
  const fit = (length: number): number =>
    Math.max(1, Math.ceil((length * scale) / multiple - 1e-6)) * multiple;
  return { width: fit(width), height: fit(height) };
}
