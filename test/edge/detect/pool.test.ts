// The inference pool with real models: road users of a real frame, faces of real people, and what leaves it.
import { SlotFrame } from "../../../edge/camera/slot-frame.ts";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CameraDetector, type CameraDetectorOptions } from "../../../edge/detect/camera-detector.ts";
import { detectorView } from "../../../edge/detect/detector-view.ts";
import { createInferencePool, type InferencePool } from "../../../edge/detect/pool.ts";
import { openFaceReader } from "../../../edge/detect/face-reader.ts";
import { stillFrame } from "../../../edge/detect/still.ts";
import type { WatchEntry } from "../../../edge/watchlist/entry.ts";
import { readPicture } from "../../../edge/watchlist/picture.ts";
import { buildSearchSet, type SearchSet } from "../../../edge/watchlist/search-set.ts";
import { defaultScene } from "../../../edge/scene/scene.ts";
import { detectorInput } from "../../../models/detector.ts";
import type { Tile } from "../../../models/tiles.ts";
import { sharedFolder } from "../../shared.ts";
import { countedFrame, type CountedFrame } from "./counted-frame.ts";
import { readyModel } from "./ready-models.ts";

const shared = sharedFolder();
const detector = await readyModel("detect");
const faceDetector = await readyModel("face-detect");
const faceEmbedder = await readyModel("face-embed");
const vtest = join(shared ?? "", "media", "vtest.avi");
const images = join(shared ?? "", "data", "lfw", "images");
const log = pino({ level: "silent" });

/** One frame of a video as PNG bytes. */
async function frameOf(video: string, seconds: number): Promise<Uint8Array> {
  const args = [
    "-v",
    "error",
    "-ss",
    String(seconds),
    "-i",
    video,
    "-frames:v",
    "1",
    "-f",
    "image2pipe",
    "-c:v",
    "png",
    "-",
  ];
  const { stdout } = await promisify(execFile)("ffmpeg", args, { encoding: "buffer", maxBuffer: 1 << 26 });
  return stdout;
}

describe.skipIf(detector === undefined || !existsSync(vtest))(
  "road users (skipped without detector or vtest.avi)",
  () => {
    let pool: InferencePool;
    beforeAll(async () => {
      if (detector === undefined) return;
      pool = createInferencePool({ workers: 2, detector, log });
      await pool.start();
    });
    afterAll(() => pool.stop());

    async function street(): Promise<CountedFrame> {
      if (detector === undefined) throw new Error("no detector");
      return await countedFrame(await readPicture(await frameOf(vtest, 5)), detectorInput(detector.entry));
    }

    it("finds the people of a real frame inside the picture, and gives the frame back", async () => {
      const frame = await street();
      const found = await pool.detect(frame, 0, { width: 768, height: 576 });
      const persons = found.filter((each) => each.class === "person");
      expect(persons.length).toBeGreaterThanOrEqual(5);
      for (const { box, confidence } of found) {
        expect(box.x1).toBeGreaterThanOrEqual(0);
        expect(box.y2).toBeLessThanOrEqual(576);
        expect(confidence).toBeGreaterThan(0);
        expect(confidence).toBeLessThanOrEqual(1);
      }
      expect(frame.held()).toBe(0);
    });

    it("gives boxes in the camera file's pixels, whatever the stream's resolution is", async () => {
      const frame = await street();
      const [own, double] = await Promise.all([
        pool.detect(frame, 0, { width: 768, height: 576 }),
        pool.detect(frame, 0, { width: 1536, height: 1152 }),
      ]);
      expect(double).toHaveLength(own.length);
      own.forEach(({ box }, i) => expect(double[i]?.box.x2).toBeCloseTo(box.x2 * 2, 3));
    });

    it("gives the same answer from every worker", async () => {
      const frame = await street();
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => pool.detect(frame, 0, { width: 768, height: 576 })),
      );
      for (const answer of answers) expect(answer).toEqual(answers[0]);
    });

    it("looks at tiles within the camera's budget, at the camera's own input size", async () => {
      if (detector === undefined) throw new Error("no detector");
      const picture = { width: 768, height: 576 };
      const tiles = { columns: 2, rows: 2, per_frame: 2 };
      const view = detectorView(detector.entry, { input: { width: 416, height: 320 }, tiles }, picture);
      if (view.tiling === undefined) throw new Error("no tiles");
      const own = createInferencePool({ workers: 1, detector, views: [view], log });
      await own.start();
      try {
        const still = await readPicture(await frameOf(vtest, 5));
        const frame = await countedFrame(still, view.input, view.tiling.canvas);
        const asked: (readonly Tile[] | undefined)[] = [];
        const spied: CameraDetectorOptions["pool"] = {
          detect: (of, index, size, look) => {
            asked.push(look?.tiles?.slice());
            return own.detect(of, index, size, look);
          },
          faces: () => Promise.resolve([]),
          plates: () => Promise.resolve([]),
          people: () => Promise.reject(new Error("nobody counts by density here")),
        };
        const scene = defaultScene(picture);
        const eye = new CameraDetector({
          pool: spied,
          view,
          scene,
          errand: { camera: "street", priority: "count" },
        });
        const persons = (await eye.detect(frame, 0, picture)).filter((each) => each.class === "person");
        expect(persons.length).toBeGreaterThanOrEqual(5);
        await eye.detect(frame, 0, picture);
        expect(asked.map((each) => each?.length)).toEqual([2, 2]);
        expect(new Set(asked.flat()).size).toBeGreaterThan(2);
        expect(frame.held()).toBe(0);
        // A view that the pool wasn't made with is that job's fault.
        await expect(own.detect(frame, 0, picture)).rejects.toThrow("no detector of 416×416");
      } finally {
        await own.stop();
      }
    });

    it("refuses a picture of the wrong size as that job's fault, and goes on", async () => {
      const frame = await street();
      const cut = {
        ...frame,
        small: [{ width: 8, height: 8, pixels: new Uint8Array(new SharedArrayBuffer(192)) }],
      };
      await expect(pool.detect(cut, 0, { width: 768, height: 576 })).rejects.toMatchObject({
        name: "InferenceError",
        kind: "job",
      });
      expect((await pool.detect(frame, 0, { width: 768, height: 576 })).length).toBeGreaterThan(0);
      expect(frame.held()).toBe(0);
    });
  },
);

describe.skipIf(
  detector === undefined || faceDetector === undefined || faceEmbedder === undefined || !existsSync(images),
)("faces (skipped without face models or LFW)", () => {
  let pool: InferencePool;
  let gallery: SearchSet;
  const model = faceEmbedder?.sha256 ?? "";

  async function templateOf(file: string): Promise<Float32Array> {
    if (faceDetector === undefined || faceEmbedder === undefined) throw new Error("no face models");
    const reader = await openFaceReader({ detector: faceDetector, embedder: faceEmbedder });
    const { small, full } = await stillFrame(await readPicture(join(images, file)), reader.input);
    const [face] = await reader.read(small.pixels, full);
    await reader.close();
    if (face?.embedding === undefined)
      throw new Error(`no embedding of ${file}: ${face?.reason ?? "no face"}`);
    return face.embedding;
  }

  function entryOf(id: string, template: Float32Array, expires = "2100-01-01T00:00:00Z"): WatchEntry {
    return {
      id,
      name: `name of ${id}`,
      reason: "r",
      created: "2026-01-01T00:00:00Z",
      expires,
      model,
      templates: [template],
    };
  }

  async function look(file: string): Promise<Awaited<ReturnType<InferencePool["faces"]>>> {
    if (faceDetector === undefined) throw new Error("no face detector");
    const picture = await readPicture(await readFile(join(images, file)));
    const frame = await countedFrame(picture, detectorInput(faceDetector.entry));
    return await pool.faces(frame, 0, { width: picture.width * 2, height: picture.height * 2 });
  }

  beforeAll(async () => {
    if (detector === undefined) return;
    const template = await templateOf("Jonathan_Edwards_0007.jpg");
    gallery = buildSearchSet([entryOf("edwards", template)], model, Date.now()).set;
    pool = createInferencePool({ workers: 1, detector, faceDetector, faceEmbedder, log });
    await pool.start();
    pool.setGallery(gallery);
  });
  afterAll(() => pool.stop());

  it("knows an enrolled person on another picture, and no stranger", async () => {
    for (const file of ["Jonathan_Edwards_0004.jpg", "Jonathan_Edwards_0006.jpg"]) {
      const [face] = await look(file);
      expect(face?.candidate?.entryId, file).toBe("edwards");
      expect(face?.candidate?.score, file).toBeGreaterThan(0.45);
      expect(face?.quality).toBeGreaterThan(0.3);
    }
    for (const file of ["Aaron_Sorkin_0001.jpg", "Abbas_Kiarostami_0001.jpg", "Abel_Pacheco_0001.jpg"]) {
      const [face] = await look(file);
      expect(face?.candidate?.score ?? 0, file).toBeLessThan(0.4);
    }
  });

  it("places box and points in the camera file's pixels", async () => {
    const [face] = await look("Jonathan_Edwards_0004.jpg");
    if (face === undefined) throw new Error("no face");
    const [left, right, nose] = face.points;
    expect(left.x).toBeLessThan(right.x);
    expect(nose.y).toBeGreaterThan(left.y);
    // LFW's faces stand in the middle of 250 pixels; the camera file says twice as many.
    expect((face.box.x1 + face.box.x2) / 2).toBeGreaterThan(200);
    expect((face.box.x1 + face.box.x2) / 2).toBeLessThan(300);
  });

  it("finds the faces of a frame without its full-size picture, so that they are hidden, and reads none", async () => {
    if (faceDetector === undefined) throw new Error("no face detector");
    const picture = await readPicture(join(images, "Jonathan_Edwards_0004.jpg"));
    const whole = await countedFrame(picture, detectorInput(faceDetector.entry));
    const frame = new SlotFrame(whole.time, { small: whole.small, full: undefined }, () => undefined);
    const size = { width: picture.width, height: picture.height };
    const [face] = await pool.faces(frame, 0, size);
    expect(face).toMatchObject({ quality: 0, reason: "unread" });
    expect(face).not.toHaveProperty("candidate");
    expect(((face?.box.x1 ?? 0) + (face?.box.x2 ?? 0)) / 2 / picture.width).toBeCloseTo(0.5, 1);
  });

  it("lets no embedding and no pixel leave, of the enrolled or of anyone else", async () => {
    for (const file of ["Jonathan_Edwards_0004.jpg", "Aaron_Sorkin_0001.jpg"]) {
      for (const face of await look(file)) {
        const { box, points, confidence, quality, candidate, reason, ...others } = face;
        expect(others).toEqual({});
        for (const key of Object.keys(candidate ?? {})) {
          expect(["entryId", "name", "score", "margin", "threshold"]).toContain(key);
        }
        expect([typeof confidence, typeof quality, typeof (reason ?? "")]).toEqual([
          "number",
          "number",
          "string",
        ]);
        expect(Object.keys(box).sort()).toEqual(["x1", "x2", "y1", "y2"]);
        expect(points).toHaveLength(5);
      }
    }
  });

  it("forgets an entry at its expiry by its own clock, without being told", async () => {
    const template = await templateOf("Jonathan_Edwards_0007.jpg");
    const expires = new Date(Date.now() + 1500).toISOString();
    pool.setGallery(buildSearchSet([entryOf("soon", template, expires)], model, Date.now()).set);
    expect((await look("Jonathan_Edwards_0004.jpg"))[0]?.candidate?.entryId).toBe("soon");
    while (Date.now() < Date.parse(expires)) await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await look("Jonathan_Edwards_0004.jpg"))[0]?.candidate).toBeUndefined();
    pool.setGallery(gallery);
  });

  it("compares nobody while there is no gallery, and refuses one of another embedder", async () => {
    pool.setGallery(undefined);
    expect((await look("Jonathan_Edwards_0004.jpg"))[0]?.candidate).toBeUndefined();
    expect(() => pool.setGallery({ ...gallery, model: "0".repeat(64) })).toThrow("another embedder");
    pool.setGallery(gallery);
  });
});
