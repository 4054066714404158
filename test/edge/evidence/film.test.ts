// Films and stills of an event show its own moment, and hide what they must: seen by reading their pixels.
import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { openCamera } from "../../../edge/camera/camera.ts";
import type { ClipPart } from "../../../edge/camera/clip.ts";
import type { FrameSource } from "../../../edge/camera/frame.ts";
import { type Film, FilmError, makeFilm } from "../../../edge/evidence/film.ts";
import { filmSize } from "../../../edge/evidence/film-size.ts";
import type { Hidden } from "../../../edge/evidence/hidden.ts";
import { makeClip, temporaryFolder } from "../camera/clip-file.ts";
import { decodeClip } from "../camera/decode-clip.ts";
import { shownMs, writeClockFilm } from "./clock-film.ts";

const folder = temporaryFolder();
const SIZE = { width: 320, height: 180 };
const FRAME_MS = 40;
const NOTHING: Hidden = { all: false, plates: [], subject: undefined, heads: [] };
const never = new AbortController().signal;

async function play(file: string): Promise<FrameSource> {
  const small = [{ width: 32, height: 18, fit: "stretch" as const, pad: 0 }];
  const ring = { seconds: 120, megabytes: 50 };
  const camera = openCamera({
    ...{ name: "test", source: file, pace: "lock-step", log: pino({ level: "silent" }) },
    request: { small, full: false, fps: 0, ring },
  });
  for await (const frame of camera.frames(never)) frame.release();
  return camera;
}

async function partOf(camera: FrameSource, fromMs: number, toMs: number): Promise<ClipPart> {
  const { parts } = (await camera.clip?.({ fromMs, toMs }, never)) ?? { parts: [] };
  const [part] = parts;
  if (part === undefined) throw new Error("no clip");
  return part;
}

async function film(part: ClipPart, plan: Partial<Parameters<typeof makeFilm>[0]>): Promise<Film> {
  const span = { fromMs: part.fromMs, toMs: part.toMs };
  const into = mkdtempSync(join(folder, "film-"));
  const whole = { part, span, stills: [], hidden: () => NOTHING, scene: SIZE, folder: into, ...plan };
  return await makeFilm(whole, never);
}

async function pixelsOf(still: string): Promise<Uint8Array> {
  return await sharp(still).greyscale().raw().toBuffer();
}

describe("the clock in the picture", () => {
  let camera: FrameSource;
  beforeAll(async () => {
    const file = join(folder, "clock.mp4");
    writeClockFilm(file, { ...SIZE, seconds: 60, frameMs: FRAME_MS });
    camera = await play(file);
  });

  test("is found at the event's time within one frame, in clip and stills, 50 times of 50", async () => {
    let right = 0;
    for (let event = 0; event < 50; event++) {
      // Anywhere between two pictures, as a rule's moment may lie.
      const atMs = 3_000 + event * 1_080 + (event % 7) * 6;
      const span = { fromMs: atMs - 700, toMs: atMs + 900 };
      const stills = [atMs - 400, atMs, atMs + 500];
      const made = await film(await partOf(camera, span.fromMs, span.toMs), { span, stills });
      const shown = await Promise.all(
        made.stills.map(async (still) => shownMs(await pixelsOf(still), SIZE.width, SIZE.height)),
      );
      const pictures = decodeClip(readFileSync(made.clip), SIZE);
      const near = (shownAt: number | undefined, wanted: number): boolean =>
        shownAt !== undefined && Math.abs(shownAt - wanted) <= FRAME_MS;
      const inStills = shown.every((ms, index) => near(ms, stills[index] ?? Number.NaN));
      const inClip = pictures.every(({ ptsMs, pixels }) =>
        near(shownMs(pixels, SIZE.width, SIZE.height), span.fromMs + ptsMs),
      );
      const long = pictures.length * FRAME_MS;
      if (inStills && inClip && Math.abs(long - 1_600) <= 2 * FRAME_MS) right += 1;
    }
    expect(right).toBe(50);
  }, 240_000);
});

describe("what is hidden", () => {
  let part: ClipPart;
  beforeAll(async () => {
    const file = makeClip(join(folder, "pattern.mp4"), { size: "640x360", seconds: 4 }, ...NOISY);
    part = await partOf(await play(file), 0, 4_000);
  });
  const NOISY = [
    "-vf",
    "noise=alls=60:allf=t",
    "-c:v",
    "libx264",
    "-g",
    "25",
    "-preset",
    "ultrafast",
    "-pix_fmt",
    "yuv420p",
  ];
  const scene = { width: 640, height: 360 };

  async function contrast(
    still: string,
    box: { left: number; top: number; width: number; height: number },
  ): Promise<number> {
    const { channels } = await sharp(await sharp(still).extract(box).toBuffer()).stats();
    return Math.max(...channels.map(({ stdev }) => stdev));
  }

  test("is a mosaic there and then, and clear elsewhere and later", async () => {
    const head = { x1: 320, y1: 90, x2: 400, y2: 170 };
    const hidden = (fromMs: number): Hidden => (fromMs < 2_000 ? { ...NOTHING, heads: [head] } : NOTHING);
    const stills = [1_000, 3_000];
    const made = await film(part, { scene, stills, hidden });
    const [first = "", second = ""] = made.stills;
    const open = await film(part, { scene, stills });
    const place = { left: 320, top: 90, width: 80, height: 80 };
    const fine = async (still: string): Promise<number> => {
      const { data, info } = await sharp(still)
        .extract(place)
        .greyscale()
        .raw()
        .toBuffer({ resolveWithObject: true });
      let steps = 0;
      for (let at = 1; at < data.length; at++)
        if (at % info.width !== 0 && data[at] !== data[at - 1]) steps += 1;
      return steps / data.length;
    };
    expect(await fine(first)).toBeLessThan(0.1);
    expect(await fine(first)).toBeLessThan((await fine(open.stills[0] ?? "")) / 2);
    expect(await pixelsOf(second)).toEqual(await pixelsOf(open.stills[1] ?? ""));
  });

  test("is everything where nobody looked", async () => {
    const made = await film(part, { scene, stills: [1_000], hidden: () => ({ ...NOTHING, all: true }) });
    const still = made.stills[0] ?? "";
    const blocks = await sharp(still)
      .resize(24, 14, { kernel: "nearest" })
      .resize(640, 360, { kernel: "nearest" })
      .greyscale()
      .raw()
      .toBuffer();
    const pixels = await pixelsOf(still);
    const same =
      pixels.filter((value, at) => Math.abs(value - (blocks[at] ?? 0)) < 24).length / pixels.length;
    expect(same).toBeGreaterThan(0.8);
  });

  test("is black in a privacy zone, in every picture of the clip", async () => {
    const zone = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"><rect x="0" y="0" width="200" height="360"/></svg>`;
    const blackened = await sharp(Buffer.from(zone)).png().toBuffer();
    const made = await film(part, { scene, stills: [2_000], blackened });
    expect(await contrast(made.stills[0] ?? "", { left: 4, top: 4, width: 190, height: 350 })).toBeLessThan(
      3,
    );
    for (const { pixels } of decodeClip(readFileSync(made.clip), { width: 64, height: 36 })) {
      const dark = Array.from({ length: 36 }, (_, row) => pixels[row * 64 + 5] ?? 255);
      expect(Math.max(...dark)).toBeLessThan(24);
    }
  });

  test("needs a clip that can be read: one that is damaged is refused, and nothing is left behind of it", async () => {
    expect(filmSize(part.bytes)).toEqual({ width: 640, height: 360 });
    const broken = { ...part, bytes: Buffer.concat([part.bytes.subarray(0, 1_500), Buffer.alloc(5_000)]) };
    await expect(film(broken, { scene, stills: [1_000] })).rejects.toThrow(FilmError);
  });
});
