// A whole box that goes over to another detector while its camera runs, and stays with the old one where it must.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { stringify } from "yaml";
import { Box } from "../../edge/box.ts";
import { planBox } from "../../edge/box-plan.ts";
import { decodeModel, encodeModel } from "../../models/onnx/codec.ts";
import { makeClip, temporaryFolder } from "./camera/clip-file.ts";
import { brokenModel } from "./detect/broken-model.ts";
import { readyModel } from "./detect/ready-models.ts";

const folder = temporaryFolder();
const own = await readyModel("detect");
const lines: Record<string, unknown>[] = [];
const log = pino({ level: "info" }, { write: (line: string) => void lines.push(JSON.parse(line) as never) });

/** A catalogue of three: the same network retrained in name alone, one with NaN in its output, one of another size. */
function siteCatalogue(): string {
  if (own === undefined) throw new Error("no detector");
  const graph = decodeModel(readFileSync(own.path));
  graph.producerName = "a site's own training";
  const entries = [
    { entry: { ...own.entry, name: "retrained" }, bytes: encodeModel(graph) },
    { entry: { ...own.entry, name: "cut" }, bytes: encodeModel(graph).subarray(0, 200_000) },
    { entry: brokenModel(folder, "none").entry, bytes: readFileSync(brokenModel(folder, "none").path) },
  ];
  const models = entries.map(({ entry, bytes }) => {
    const file = `${entry.name}.onnx`;
    writeFileSync(join(folder, file), bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { ...entry, file, bytes: bytes.length, sha256, sources: [`https://models.invalid/${file}`] };
  });
  const catalogue = join(folder, "catalogue.yaml");
  writeFileSync(catalogue, stringify({ preference: {}, models }));
  return catalogue;
}

describe.skipIf(own === undefined)("a box whose detector is changed (skipped without a detector)", () => {
  let box: Box;

  beforeAll(async () => {
    if (own === undefined) return;
    const clip = makeClip(join(folder, "clip.mp4"), { size: "320x240", seconds: 4 });
    const zone = {
      name: "square",
      kind: "crowd",
      capacity: 5,
      polygon: [
        [0, 0],
        [320, 0],
        [320, 240],
      ],
    };
    writeFileSync(
      join(folder, "camera.yaml"),
      stringify({
        camera: "square-1",
        source: clip,
        picture: { width: 320, height: 240 },
        zones: [zone],
        rules: [{ rule: "crowd-over", zone: "square" }],
      }),
    );
    mkdirSync(join(folder, "data"), { mode: 0o700 });
    const config = {
      site: "test",
      box: "box-1",
      data: "data",
      cameras: ["camera.yaml"],
      broker: { url: "mqtt://127.0.0.1:9" },
      inference: { detector: own.name, workers: 2 },
    };
    writeFileSync(join(folder, "box.yaml"), stringify(config));
    // The box's own cache is empty: its detector comes from where this machine has it.
    const env = { ...process.env, NGATU_CATALOGUE: siteCatalogue(), NGATU_MIRROR: dirname(own.path) };
    box = new Box(planBox(join(folder, "box.yaml"), env), {
      cache: join(folder, "cache"),
      version: "0",
      env,
      log,
    });
    await box.start();
  });
  afterAll(() => box.stop());

  const states = (): string[] => box.status().cameras.map(({ state }) => state);
  const told = (text: string): boolean => lines.some(({ msg }) => msg === text);

  it("takes over a new network of the same input, and its camera goes on without a fault", async () => {
    await box.changeDetector("retrained");
    expect(told("another detector runs")).toBe(true);
    await box.changeDetector("retrained");
    expect(told("that detector runs already")).toBe(true);
    await vi.waitFor(() => expect(states()).toEqual(["running"]), { timeout: 20_000 });
    expect(lines.filter(({ msg }) => msg === "a frame was not analysed")).toEqual([]);
  });

  it.each([
    ["cut", /model cut: was refused in its proof: model cut: /],
    [
      "broken-none",
      /model broken-none: takes pictures of 32×32 \(stretch\), camera square-1 brings .*: restart the box/,
    ],
    ["no-such", /model no-such: not in the catalogue/],
  ])("stays with the old one when the new one is no good (%s), and says why", async (name, why) => {
    await expect(box.changeDetector(name)).rejects.toThrow(why);
    expect(states()).toEqual(["running"]);
  });
});
