// Reads a picture that somebody hands in for enrolment: anything may come, little is accepted.
import { open } from "node:fs/promises";
import sharp from "sharp";
import type { StillPicture } from "../detect/still.ts";
import { EnrolError } from "./enrol-error.ts";

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_PIXELS = 50_000_000;
/** Longer side of the picture that is worked on. */
const WORK_SIDE = 1600;

/** The picture, upright by its EXIF orientation, its longer side at most `side`. Throws {@link EnrolError}. */
export async function readPicture(source: string | Uint8Array, side = WORK_SIDE): Promise<StillPicture> {
  const bytes = typeof source === "string" ? await readLimited(source) : source;
  const what = typeof source === "string" ? source : "the picture";
  try {
    const image = sharp(bytes, { limitInputPixels: false, failOn: "error", pages: 1 });
    const { width, height } = await image.metadata();
    if (width * height > MAX_PIXELS) {
      throw new EnrolError(
        "too-large",
        `${what} has ${Math.round((width * height) / 1e6)} megapixels; at most 50`,
      );
    }
    const { data, info } = await image
      .autoOrient()
      .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true })
      .flatten()
      .toColourspace("srgb")
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, rgb: info.channels === 1 ? grey(data) : data };
  } catch (cause) {
    if (cause instanceof EnrolError) throw cause;
    throw new EnrolError("not-a-picture", `${what} is no picture that can be read`, cause);
  }
}

async function readLimited(file: string): Promise<Uint8Array> {
  let handle;
  try {
    handle = await open(file);
    const { size } = await handle.stat();
    if (size > MAX_BYTES) throw new EnrolError("too-large", `${file} is larger than 64 MB`);
    return await handle.readFile();
  } catch (cause) {
    if (cause instanceof EnrolError) throw cause;
    const why = (cause as NodeJS.ErrnoException).code ?? "unreadable";
    throw new EnrolError("not-a-picture", `${file} can't be read: ${why}`, cause);
  } finally {
    await handle?.close();
  }
}

function grey(data: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(data.length * 3);
  data.forEach((value, i) => rgb.fill(value, i * 3, i * 3 + 3));
  return rgb;
}
