// Enrolment with real faces: who is taken, who is refused and why, and what remains of the picture.
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { enrol, type Enrolled, type EnrolRequest } from "../../../edge/watchlist/enrol.ts";
import { galleryFile, readGallery } from "../../../edge/watchlist/gallery.ts";
import { sharedFolder } from "../../shared.ts";
import { readyModel } from "../detect/ready-models.ts";

const images = join(sharedFolder() ?? "", "data", "lfw", "images");
const detector = await readyModel("face-detect");
const embedder = await readyModel("face-embed");
const key = Buffer.alloc(32, 3);
const nowMs = Date.parse("2026-06-01T00:00:00Z");

describe.skipIf(detector === undefined || embedder === undefined || !existsSync(images))(
  "enrolment (skipped without face models or LFW)",
  () => {
    let folder: string;
    let portrait: Buffer;
    let stranger: Buffer;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "ngatu-enrol-"));
      portrait = await readFile(join(images, "Jonathan_Edwards_0007.jpg"));
      stranger = await readFile(join(images, "Aaron_Sorkin_0001.jpg"));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    async function tryEnrol(over: Partial<EnrolRequest>, data = folder): Promise<Enrolled> {
      if (detector === undefined || embedder === undefined) throw new Error("no models");
      const request = { picture: portrait, name: "An", reason: "test", expires: "2027-01-01", ...over };
      return await enrol(request, {
        galleryFile: galleryFile(data),
        key,
        detector,
        embedder,
        now: () => nowMs,
      });
    }

    async function freshFolder(): Promise<string> {
      return await mkdtemp(join(folder, "box-"));
    }

    it("keeps one template and nothing of the picture", async () => {
      const data = await freshFolder();
      const source = join(data, "portrait.jpg");
      await writeFile(source, portrait);
      const { entry, templates, quality } = await tryEnrol({ picture: source }, data);
      expect(templates).toBe(1);
      expect(quality).toBeGreaterThan(0.3);
      expect(entry).toMatchObject({
        name: "An",
        expires: "2027-01-01T00:00:00.000Z",
        model: embedder?.sha256,
      });
      expect((await readdir(data)).sort()).toEqual(["gallery.bin", "portrait.jpg"]);
      const [kept] = await readGallery(galleryFile(data), key);
      const length = Math.hypot(...(kept?.templates[0] ?? []));
      expect(length).toBeCloseTo(1, 5);
    });

    it("adds a further picture to an entry instead of a second person", async () => {
      const data = await freshFolder();
      const first = await tryEnrol({}, data);
      const picture = await readFile(join(images, "Jonathan_Edwards_0004.jpg"));
      const second = await tryEnrol({ picture, entryId: first.entry.id }, data);
      expect(second).toMatchObject({ templates: 2, entry: { id: first.entry.id } });
      expect(second.alike).toBeUndefined();
      expect(await readGallery(galleryFile(data), key)).toHaveLength(1);
      await expect(tryEnrol({ entryId: "nobody" }, data)).rejects.toMatchObject({ kind: "unknown-entry" });
    });

    it("warns when the same face is enrolled under another name, and not for someone else", async () => {
      const data = await freshFolder();
      const first = await tryEnrol({}, data);
      expect((await tryEnrol({ picture: stranger, name: "Bình" }, data)).alike).toBeUndefined();
      const picture = await readFile(join(images, "Jonathan_Edwards_0004.jpg"));
      const again = await tryEnrol({ picture, name: "Cường" }, data);
      expect(again.alike).toMatchObject({ id: first.entry.id, name: "An" });
    });

    it("turns a picture upright by its EXIF orientation first", async () => {
      const turned = await sharp(portrait)
        .rotate(90)
        .withExif({})
        .withMetadata({ orientation: 8 })
        .jpeg()
        .toBuffer();
      const data = await freshFolder();
      const first = await tryEnrol({}, data);
      expect((await tryEnrol({ picture: turned, name: "Dũng" }, data)).alike?.id).toBe(first.entry.id);
    });

    it("takes a large photograph, and compares it as well as a small one", async () => {
      const large = await sharp(portrait).resize(2500).jpeg().toBuffer();
      const data = await freshFolder();
      await tryEnrol({}, data);
      expect((await tryEnrol({ picture: large, name: "Em" }, data)).alike?.score).toBeGreaterThan(0.9);
    });

    it.each([
      ["no-face", async () => await plain(400, 400)],
      ["several-faces", async () => await beside(portrait, stranger)],
      ["small", async () => await onGround(await sharp(portrait).resize(110).toBuffer())],
      ["blurred", async () => await sharp(portrait).blur(6).toBuffer()],
      ["dark", async () => await sharp(portrait).linear(0.12, 0).toBuffer()],
      ["not-a-picture", () => Promise.resolve(Buffer.from("%PDF-1.7 not a picture"))],
      ["not-a-picture", () => Promise.resolve(portrait.subarray(0, 4000))],
      ["not-a-picture", () => Promise.resolve("/nonexistent/picture.jpg")],
      ["too-large", async () => await plain(10_000, 10_000)],
    ] as const)("refuses a picture as %s and enrols nobody", async (kind, make) => {
      const data = await freshFolder();
      await expect(tryEnrol({ picture: await make() }, data)).rejects.toMatchObject({
        name: "EnrolError",
        kind,
      });
      expect(await readdir(data)).toEqual([]);
    });

    it("refuses an entry without reason, or whose expiry is past or no date", async () => {
      await expect(tryEnrol({ reason: "  " })).rejects.toMatchObject({ kind: "incomplete" });
      await expect(tryEnrol({ expires: "2026-05-31" })).rejects.toMatchObject({ kind: "bad-expiry" });
      await expect(tryEnrol({ expires: "2027-02-31" })).rejects.toMatchObject({ kind: "bad-expiry" });
      await expect(tryEnrol({ expires: "soon" })).rejects.toMatchObject({ kind: "bad-expiry" });
    });
  },
);

async function plain(width: number, height: number): Promise<Buffer> {
  const background = { r: 90, g: 110, b: 90 };
  return await sharp({ create: { width, height, channels: 3, background }, limitInputPixels: false })
    .png()
    .toBuffer();
}

async function onGround(picture: Buffer): Promise<Buffer> {
  return await sharp(await plain(400, 400))
    .composite([{ input: picture, left: 150, top: 150 }])
    .png()
    .toBuffer();
}

async function beside(left: Buffer, right: Buffer): Promise<Buffer> {
  return await sharp(await plain(500, 250))
    .composite([
      { input: left, left: 0, top: 0 },
      { input: right, left: 250, top: 0 },
    ])
    .png()
    .toBuffer();
}
