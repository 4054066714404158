// A camera of a box and its outbox: what the rules know and what was told of it go to disk together, or not at all.
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { loadCamera } from "../../config/load.ts";
import { BoxCamera } from "../../edge/box-camera.ts";
import type { Detection } from "../../edge/detect/detection.ts";
import type { EventDraft } from "../../edge/event/event-draft.ts";
import { DiskFullError } from "../../edge/outbox/database.ts";
import { Outbox } from "../../edge/outbox/outbox.ts";
import { Publisher } from "../../edge/outbox/publisher.ts";
import { buildScene } from "../../edge/scene/scene.ts";
import { makeClip, temporaryFolder } from "./camera/clip-file.ts";

const ALERT = "vn.ngatu.crowd.alert.v1";
const WAIT = { timeout: 30_000, interval: 20 };
const log = pino({ level: "silent" });
const folder = temporaryFolder();
const file = join(folder, "camera.yaml");

/** An outbox on a disk that is full as long as we say so. */
class FullableOutbox extends Outbox {
  full = false;
  refusals = 0;

  override append(drafts: readonly EventDraft[], states?: ReadonlyMap<string, unknown>) {
    if (this.full && drafts.some(({ type }) => type === ALERT)) {
      this.refusals += 1;
      throw new DiskFullError("no space left on device");
    }
    return super.append(drafts, states);
  }
}

let outbox: FullableOutbox;
let camera: BoxCamera;

beforeEach(({ task }) => {
  const clip = makeClip(join(folder, "clip.mp4"), { size: "320x240", seconds: 4 });
  writeFileSync(
    file,
    JSON.stringify({
      camera: "plaza-1",
      source: clip,
      picture: { width: 320, height: 240 },
      zones: [
        {
          name: "plaza",
          kind: "crowd",
          capacity: 1,
          polygon: [
            [0, 0],
            [320, 0],
            [320, 240],
            [0, 240],
          ],
        },
      ],
      rules: [{ rule: "crowd-over", zone: "plaza" }],
    }),
  );
  outbox = new FullableOutbox({ folder: join(folder, task.id), site: "test", box: "box-1" });
  outbox.full = true;
  camera = newCamera();
});

afterEach(async () => {
  await camera.stop();
  outbox.close();
});

/** Three people stand in the zone in every frame. */
function newCamera(overrides: { source?: string; password?: string } = {}): BoxCamera {
  const loaded = loadCamera(file);
  const { source = loaded.value.source, password } = overrides;
  const crowd = [60, 140, 220].map(
    (x): Detection => ({ box: { x1: x, y1: 80, x2: x + 30, y2: 180 }, class: "person", confidence: 0.9 }),
  );
  const broker = { url: "mqtt://127.0.0.1:9" };
  return new BoxCamera({
    config: { ...loaded.value, source },
    scene: buildScene(loaded),
    password,
    site: "test",
    box: "box-1",
    modelHashes: {},
    inputs: { detect: { width: 96, height: 96, fit: "stretch", pad: 0 } },
    detector: { detect: () => Promise.resolve(crowd) },
    outbox,
    publisher: new Publisher({
      outbox,
      box: "box-1",
      broker,
      log,
      status: () => ({ version: "0", contract: [1, 1], site: "test", cameras: [] }),
    }),
    log,
  });
}

const held = (): string[] =>
  outbox
    .read(0, 100)
    .map(({ payload }) => (JSON.parse(payload) as EventDraft).type)
    .filter((type) => type === ALERT);

it("gives no state to be saved while its alert is refused, and saves both together once it is taken", async () => {
  camera.start(undefined);
  await vi.waitFor(() => expect(outbox.refusals).toBeGreaterThan(0), WAIT);
  expect(camera.snapshot()).toBeUndefined();
  outbox.full = false;
  await vi.waitFor(() => expect(held()).toHaveLength(1), WAIT);
  expect(outbox.ruleStates().has("plaza-1")).toBe(true);
});

it("raises an alert anew after the next start that was refused until the stop", async () => {
  camera.start(undefined);
  await vi.waitFor(() => expect(outbox.refusals).toBeGreaterThan(0), WAIT);
  await camera.stop();
  expect(camera.snapshot()).toBeUndefined();
  expect(held()).toEqual([]);
  outbox.full = false;
  camera = newCamera();
  camera.start(outbox.ruleStates().get("plaza-1"));
  await vi.waitFor(() => expect(held()).toHaveLength(1), WAIT);
});

it("stores why a camera refused its password, and never the password", async ({ task }) => {
  const secret = "s3cret/@'pa:ss wörd%";
  const answer = 'RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n';
  const server = createServer((socket) => {
    socket.on("data", () => socket.write(answer)).on("error", () => undefined);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  camera = newCamera({ source: `rtsp://viewer@127.0.0.1:${port}/cam`, password: secret });
  camera.start(undefined);
  const causes = (): string[] => outbox.read(0, 100).map(({ payload }) => payload);
  await vi.waitFor(() => expect(causes().join()).toContain("user or password refused"), WAIT);
  const stored = readdirSync(join(folder, task.id)).map((name) =>
    readFileSync(join(join(folder, task.id), name), "latin1"),
  );
  const told = [...causes(), ...stored, JSON.stringify(camera.status)].join();
  expect(told).toContain(`rtsp://viewer@127.0.0.1:${port}/cam`);
  for (const form of ["s3cret", "wörd", encodeURIComponent(secret)]) expect(told).not.toContain(form);
  server.close();
});
