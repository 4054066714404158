// A case's package as the box makes it: it verifies, shows its moments, hides the others, and its chain outlives a restart.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import sharp from "sharp";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { CameraConfig } from "../../../config/camera.ts";
import { ensureSigningKey } from "../../../config/signing-key.ts";
import type { EvidenceData } from "../../../contract/evidence.ts";
import type { Event } from "../../../contract/event.ts";
import { verifyChain } from "../../../contract/evidence/chain.ts";
import { type VerifiedPackage, verifyPackage } from "../../../contract/evidence/verify.ts";
import { webChecker } from "../../../contract/evidence/web-checker.ts";
import { openCamera } from "../../../edge/camera/camera.ts";
import type { EventDraft } from "../../../edge/event/event-draft.ts";
import { CameraWitness } from "../../../edge/evidence/camera-witness.ts";
import { ChainFile } from "../../../edge/evidence/chain-file.ts";
import { EvidenceStore } from "../../../edge/evidence/evidence-store.ts";
import { makerPlaces, PackageMaker } from "../../../edge/evidence/package-maker.ts";
import { PendingCases } from "../../../edge/evidence/pending-cases.ts";
import { buildScene } from "../../../edge/scene/scene.ts";
import { temporaryFolder } from "../camera/clip-file.ts";
import { shownMs, writeClockFilm } from "./clock-film.ts";

const folder = temporaryFolder();
const SIZE = { width: 320, height: 180 };
const CAMERA: CameraConfig = {
  ...{ camera: "gate", source: "rtsp://viewer@10.0.0.7/main", picture: SIZE, products: ["traffic"] },
  place: { name: "Ngã tư Số 1", latitude: 10.98, longitude: 106.65 },
  lines: [{ name: "stop", from: [20, 150], to: [300, 150], towards: [160, 20], kind: "stop" }],
  zones: [
    {
      name: "house",
      kind: "privacy",
      polygon: [
        [280, 100],
        [320, 100],
        [320, 180],
        [280, 180],
      ],
    },
  ],
  signals: [{ name: "north", from: { mqtt: "controller-7/2" } }],
  rules: [{ rule: "stop-line", line: "stop", signal: "north" }],
};
const scene = buildScene({ value: CAMERA, locate: () => undefined } as never);
let witness: CameraWitness;

beforeAll(async () => {
  const file = join(folder, "clock.mp4");
  writeClockFilm(file, { ...SIZE, seconds: 40, frameMs: 40 });
  witness = new CameraWitness(scene);
  const small = [{ width: 32, height: 18, fit: "stretch" as const, pad: 0 }];
  const source = openCamera({
    ...{ name: "gate", source: file, pace: "lock-step", log: pino({ level: "silent" }) },
    request: { small, full: false, fps: 5, ...witness.request },
  });
  witness.watch(source);
  for await (const frame of source.frames(new AbortController().signal)) {
    const { tMs } = frame.time;
    const car = { x1: 100, y1: 100, x2: 160, y2: 150 };
    const person = { x1: 200, y1: 110, x2: 220, y2: 170 };
    witness.see(tMs, [
      { class: "car", box: car, id: 7 },
      { class: "person", box: person },
    ]);
    frame.release();
  }
});

function caseAt(tMs: number, number: number): Event {
  return {
    specversion: "1.0",
    id: `0197f2a4-1c00-7001-8000-${String(number).padStart(12, "0")}`,
    ...{ source: "/binh-duong/hop-so-1/gate", type: "vn.ngatu.traffic.case.v1", subject: "gate/stop-line/7" },
    time: new Date(Date.UTC(2026, 6, 1, 1, 2, 3) + tMs).toISOString(),
    ...{ sequence: number, epoch: "0123456789abcdef" },
    data: {
      ...{ rule: "stop-line", rule_version: 1, camera: "gate", t_ms: tMs, line: "stop" },
      ...{ scene_hash: scene.hash, model_hashes: { detect: "a".repeat(64) }, track: { id: 7, class: "car" } },
      because: { crossed_ms: tMs - 2_000, signal: "north", state: "red", red_for_ms: 4_200 },
      clock: { source: "rtcp", offset_ms: 3.5, uncertainty_ms: 20 },
    },
  };
}

async function makerIn(
  data: string,
  announce: (draft: EventDraft) => void,
  seen: CameraWitness | undefined = witness,
  onLink: () => void = () => undefined,
) {
  const places = makerPlaces(data);
  mkdirSync(data, { recursive: true });
  const store = new EvidenceStore({ folder: join(data, "evidence") });
  await store.start();
  const maker = new PackageMaker({
    ...{ site: "binh-duong", box: "hop-so-1", software: "0.1.0", store, announce },
    signing: await ensureSigningKey(places.key),
    chain: await ChainFile.open(places.chain),
    pending: new PendingCases(places.pending),
    scratch: places.scratch,
    page: Buffer.from("<!doctype html>"),
    camera: (name) => (name === CAMERA.camera ? { config: CAMERA, witness: seen } : undefined),
    boxClock: () => {
      onLink();
      return { method: "unmeasured" };
    },
    log: pino({ level: "silent" }),
  });
  return { maker, store };
}

/** The package that an event tells of, read from the box's store by hash. */
async function told(
  data: string,
  draft: EventDraft,
): Promise<{ files: Map<string, Buffer>; verified: VerifiedPackage }> {
  const { files: listed } = draft.data as EvidenceData;
  const files = new Map(
    listed.map(({ name, sha256 }) => [name, readFileSync(join(data, "evidence", sha256))]),
  );
  const entries = new Map(
    [...files].map(([name, bytes]) => [name, { bytes: bytes.length, read: () => Promise.resolve(bytes) }]),
  );
  const verified = await verifyPackage(entries, { checker: webChecker, keys: undefined, nowMs: Date.now() });
  return { files, verified };
}

describe("the package of a case", () => {
  let data: string;
  let files: Map<string, Buffer>;
  let verified: VerifiedPackage;
  beforeAll(async () => {
    data = mkdtempSync(join(folder, "box-"));
    const drafts: EventDraft[] = [];
    const { maker } = await makerIn(data, (draft) => drafts.push(draft));
    await maker.start();
    maker.take(caseAt(20_000, 1));
    await vi.waitFor(() => expect(maker.figures.made).toBe(1), { timeout: 60_000, interval: 100 });
    await maker.stop();
    const [draft] = drafts;
    if (draft === undefined) throw new Error("nothing was told");
    ({ files, verified } = await told(data, draft));
  });

  test("verifies, and holds stills with and without geometry, the clip, the vehicle, its track and the page", () => {
    expect([...files.keys()].filter((name) => !/manifest|fields/.test(name)).sort()).toEqual([
      "clip.mp4",
      "still-1-before-drawn.jpg",
      "still-1-before.jpg",
      "still-2-at-drawn.jpg",
      "still-2-at.jpg",
      "still-3-after-drawn.jpg",
      "still-3-after.jpg",
      "track.json",
      "vehicle.jpg",
      "verify.html",
    ]);
    expect(verified.manifest.missing).toEqual([]);
  });

  test("its stills show the rule's own moments, to the frame, and say so", async () => {
    for (const [name, wanted] of [
      ["still-1-before.jpg", 18_000],
      ["still-2-at.jpg", 20_000],
      ["still-3-after.jpg", 21_500],
    ] as const) {
      const pixels = await sharp(files.get(name)).greyscale().raw().toBuffer();
      const listed = verified.manifest.files.find((file) => file.name === name)?.shows;
      expect(Math.abs((listed?.t_ms ?? 0) - wanted)).toBeLessThanOrEqual(100);
      expect(
        Math.abs((shownMs(pixels, SIZE.width, SIZE.height) ?? 0) - (listed?.t_ms ?? 0)),
      ).toBeLessThanOrEqual(40);
      expect(Date.parse(listed?.at ?? "")).toBe(Date.UTC(2026, 6, 1, 1, 2, 3) + (listed?.t_ms ?? 0));
    }
  });

  test("tells place, act, signal, clocks, hour at the place and the unblurred original, and no address of the camera", () => {
    const { manifest } = verified;
    expect(manifest).toMatchObject({
      ...{ box: "hop-so-1", camera: "gate", local_time: "01/07/2026 08:02:23", utc_offset: "+07:00" },
      place: { name: "Ngã tư Số 1", latitude: 10.98 },
      signal: { name: "north", state: "red", source: "mqtt", since_red_s: 4.2 },
      clocks: {
        camera: { method: "rtcp", offset_ms: 3.5, uncertainty_ms: 20 },
        box: { method: "unmeasured" },
      },
      event: { epoch: "0123456789abcdef", sequence: 1, data: { rule: "stop-line", rule_version: 1 } },
      originals: [{ of: "clip.mp4" }],
    });
    expect(JSON.stringify(manifest)).not.toContain("10.0.0.7");
  });

  test("a privacy zone is black in the stills", async () => {
    const { data: pixels } = await sharp(files.get("still-2-at.jpg"))
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number): number => pixels[y * SIZE.width + x] ?? 255;
    for (const [x, y] of [
      [290, 110],
      [310, 170],
    ] as const)
      expect(at(x, y)).toBeLessThan(24);
  });
});

test("a chain goes on over a restart, and a case whose film is gone says what is missing", async () => {
  const data = mkdtempSync(join(folder, "box-"));
  const drafts: EventDraft[] = [];
  const first = await makerIn(data, (draft) => drafts.push(draft));
  await first.maker.start();
  first.maker.take(caseAt(20_000, 1));
  await vi.waitFor(() => expect(first.maker.figures.made).toBe(1), { timeout: 60_000, interval: 100 });
  await first.maker.stop();
  // Killed before it was made: on disk it waits.
  const pending = new PendingCases(makerPlaces(data).pending);
  await pending.start();
  pending.add(caseAt(30_000, 2));
  const gone = new CameraWitness(scene);
  const second = await makerIn(data, (draft) => drafts.push(draft), gone);
  await second.maker.start();
  await vi.waitFor(() => expect(second.maker.figures.made).toBe(1), { timeout: 60_000, interval: 100 });
  await second.maker.stop();
  expect(await pending.start()).toEqual([]);
  const links = await Promise.all(
    drafts.map(async (draft, index) => ({ name: `case-${index + 1}`, ...(await told(data, draft)) })),
  );
  verifyChain(links);
  expect(links.map(({ verified }) => verified.manifest.chain.index)).toEqual([1, 2]);
  expect(links[1]?.verified.manifest.missing).toMatchObject([{ name: "clip.mp4" }]);
});

test("a link that the outbox did not take is told at the next start, once", async () => {
  const data = mkdtempSync(join(folder, "box-"));
  const refusing = await makerIn(data, () => {
    throw new Error("the outbox is full");
  });
  await refusing.maker.start();
  refusing.maker.take(caseAt(20_000, 1));
  const chainFile = makerPlaces(data).chain;
  await vi.waitFor(() => expect(readFileSync(chainFile, "utf8")).toContain("untold"), {
    timeout: 60_000,
    interval: 100,
  });
  await refusing.maker.stop();
  const drafts: EventDraft[] = [];
  const next = await makerIn(data, (draft) => drafts.push(draft));
  await next.maker.start();
  expect(drafts).toHaveLength(1);
  expect(readFileSync(chainFile, "utf8")).not.toContain("untold");
  expect(await new PendingCases(makerPlaces(data).pending).start()).toEqual([]);
  await next.maker.stop();
});

test("a case that fails waits for its turn, and one whose camera is gone is given up", async () => {
  const data = mkdtempSync(join(folder, "box-"));
  let tried = 0;
  const { maker } = await makerIn(
    data,
    () => {
      throw new Error("the outbox is full");
    },
    witness,
    () => (tried += 1),
  );
  await maker.start();
  maker.take(caseAt(20_000, 1));
  maker.take({ ...caseAt(21_000, 2), source: "/binh-duong/hop-so-1/elsewhere" });
  await vi.waitFor(() => expect(maker.figures.refused).toBe(1), { timeout: 60_000, interval: 100 });
  await vi.waitFor(() => expect(tried).toBe(1), { timeout: 60_000, interval: 100 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(tried).toBe(1);
  await maker.stop();
});

test("a full outbox and a file torn by a power cut don't keep the box from starting", async () => {
  const data = mkdtempSync(join(folder, "box-"));
  const full = (): void => {
    throw new Error("the outbox is full");
  };
  const first = await makerIn(data, full);
  await first.maker.start();
  const failed = vi.waitFor(() => expect(readdirSync(makerPlaces(data).pending)).toHaveLength(1));
  first.maker.take(caseAt(20_000, 1));
  await failed;
  await vi.waitFor(async () => expect((await ChainFile.open(makerPlaces(data).chain)).untold).toBeDefined(), {
    timeout: 60_000,
    interval: 100,
  });
  await first.maker.stop();
  const torn = "0197f2a4-1c00-7001-8000-000000000099.json";
  writeFileSync(join(makerPlaces(data).pending, torn), "");
  const second = await makerIn(data, full);
  await second.maker.start();
  await second.maker.stop();
  expect(readdirSync(makerPlaces(data).pending)).toContain(`${torn}.torn`);
});
