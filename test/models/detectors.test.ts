// The real networks on real pictures: what is in them is found, and broken models are refused by name.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { iou } from "../../models/decode/iou.ts";
import { detectorInput, openDetector } from "../../models/detector.ts";
import { toSource } from "../../models/letterbox.ts";
import { ModelError } from "../../models/model-error.ts";
import { detectTiled } from "../../models/tiled-detector.ts";
import { planTiles } from "../../models/tiles.ts";
import { frameFor, freshStore, shared, temporaryFolder } from "./pictures.ts";

const PETS = { width: 768, height: 576 };

/** Persons of one frame of PETS09-S2L1 by hand (MOTChallenge: frame, id, left, top, width, height, counts). */
function truthOf(folder: string, frame: number) {
  return readFileSync(join(folder, "data/mot15/PETS09-S2L1/gt/gt.txt"), "utf8")
    .split("\n")
    .map((line) => line.split(",").map(Number))
    .filter(([at, , , , , , counts]) => at === frame && counts === 1)
    .map(([, , x = 0, y = 0, w = 0, h = 0]) => ({ x1: x, y1: y, x2: x + w, y2: y + h }));
}

function cutOf(
  rgb: Uint8Array,
  stride: number,
  at: { readonly x: number; readonly y: number },
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array {
  const rows = Array.from({ length: height }, (_, row) => {
    const from = ((at.y + row) * stride + at.x) * 3;
    return rgb.subarray(from, from + width * 3);
  });
  return Buffer.concat(rows);
}

describe.skipIf(shared === undefined)("object detectors (skipped without the shared folder)", () => {
  const folder = shared ?? "";
  const store = freshStore();
  const video = join(folder, "media/vtest.avi");

  test.each([
    ["yolox-nano", {}],
    ["yolox-nano", { width: 640, height: 480 }],
    ["nanodet-m-416", {}],
    ["fastestdet", {}],
  ])("%s %j finds the persons of a frame where people marked them", async (name, size) => {
    const detector = await openDetector(await store.ensure(name), size);
    // Frame 51 of the file, counted from 1, plays at 5.0 s.
    const { rgb, placement } = frameFor(detector.input, video, PETS, 5);
    const persons = (await detector.detect(rgb)).filter((found) => found.className === "person");
    const boxes = persons.map((found) => toSource(found, placement));
    const truth = truthOf(folder, 51);
    const hit = truth.filter((person) => boxes.some((box) => iou(box, person) >= 0.5));
    expect(truth.length).toBeGreaterThanOrEqual(5);
    expect(hit.length / truth.length).toBeGreaterThanOrEqual(0.6);
    // A second picture must not see the first one's memory, nor a repeated one differ.
    expect((await detector.detect(new Uint8Array(rgb.length))).length).toBeLessThanOrEqual(1);
    const again = (await detector.detect(rgb)).filter((found) => found.className === "person");
    expect(again).toEqual(persons);
    await detector.close();
  });

  test("a picture over shared memory is taken, one of another size refused", async () => {
    const detector = await openDetector(await store.ensure("fastestdet"));
    const { width, height } = detector.input;
    const slot = new Uint8Array(new SharedArrayBuffer(width * height * 3)).fill(120);
    await expect(detector.detect(slot)).resolves.toBeInstanceOf(Array);
    await expect(detector.detect(slot.subarray(3))).rejects.toThrow("model fastestdet: a picture of");
    await detector.close();
  });

  test.each(["yolox-nano", "nanodet-m-416", "fastestdet"])(
    "%s sees in a tile what it sees in the same pixels as a whole, and in tiles and whole together each person once",
    async (name) => {
      const model = await store.ensure(name);
      const plain = await openDetector(model);
      const tiled = await openDetector(model, { tiles: true });
      const plan = planTiles(PETS, tiled.input, { columns: 2, rows: 2 });
      const whole = frameFor(tiled.input, video, PETS, 5).rgb;
      const canvas = frameFor(plan.canvas, video, PETS, 5).rgb;
      expect(await tiled.detect(whole)).toEqual(await plain.detect(whole));
      const [, second] = plan.tiles;
      if (second === undefined) throw new Error("no second tile");
      tiled.load(canvas, plan.canvas);
      const cut = cutOf(canvas, plan.canvas.width, second, tiled.input);
      expect(await tiled.detectTile(second)).toEqual(await plain.detect(cut));
      const found = await detectTiled(tiled, {
        picture: PETS,
        whole,
        canvas: { spec: plan.canvas, rgb: canvas },
        tiles: plan.tiles,
      });
      const truth = truthOf(folder, 51);
      for (const person of truth) {
        const on = found.filter((box) => box.className === "person" && iou(box, person) >= 0.6);
        expect(on.length).toBeLessThanOrEqual(1);
      }
      const hit = truth.filter((person) => found.some((box) => iou(box, person) >= 0.5));
      expect(hit.length / truth.length).toBeGreaterThanOrEqual(0.8);
      expect(() => tiled.load(canvas, PETS)).toThrow(`model ${name}: a picture of`);
      tiled.load(canvas, plan.canvas);
      await expect(tiled.detectTile({ x: plan.canvas.width, y: 0 })).rejects.toThrow("no cut of");
      expect(() => plain.load(canvas, plan.canvas)).toThrow("not for tiles");
      await plain.close();
      await tiled.close();
    },
  );

  test("an input size that the network can't take is refused before it is opened", () => {
    expect(detectorInput(store.entry("yolox-nano"), { width: 640, height: 480 })).toMatchObject({
      width: 640,
    });
    expect(() => detectorInput(store.entry("yolox-nano"), { width: 650 })).toThrow("multiples of 32");
    expect(() => detectorInput(store.entry("centernet"), { width: 640 })).toThrow("512×512 only");
  });

  test("a model that is cut short, empty, or another network is refused by its name", async () => {
    const good = await store.ensure("yolox-nano");
    const bytes = readFileSync(good.path);
    const broken = async (content: Uint8Array): Promise<unknown> => {
      const path = join(temporaryFolder(), "broken.onnx");
      writeFileSync(path, content);
      const detector = await openDetector({ ...good, path }).catch((error: unknown) => error);
      if (detector instanceof Error) return detector;
      const opened = detector as Awaited<ReturnType<typeof openDetector>>;
      return opened.detect(new Uint8Array(416 * 416 * 3)).catch((error: unknown) => error);
    };
    const faults = [
      await broken(bytes.subarray(0, 1_000_000)),
      await broken(new Uint8Array()),
      await broken(Buffer.from("<html>404 not found</html>")),
      await broken(readFileSync((await store.ensure("nanodet-m-416")).path)),
    ];
    for (const fault of faults) {
      expect(fault).toBeInstanceOf(ModelError);
      expect((fault as ModelError).message).toMatch(/^model yolox-nano: /);
    }
    await expect(openDetector(await store.ensure("yunet-2026may"))).rejects.toThrow("is no object detector");
  });
});
