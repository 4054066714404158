// A site's own detector: a catalogue beside its ONNX file, both made here, run as the product's own models are.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { describe, expect, test } from "vitest";
import { CatalogueError, catalogueInForce } from "../../models/catalogue.ts";
import { openDetector } from "../../models/detector.ts";
import { ModelError } from "../../models/model-error.ts";
import { GraphBuilder } from "../../models/onnx/build.ts";
import { encodeModel } from "../../models/onnx/codec.ts";
import { DATA_TYPE } from "../../models/onnx/proto.ts";
import { createModelStore } from "../../models/store.ts";
import { temporaryFolder } from "./pictures.ts";

const SIZE = 32;

/** A network that sees one box in the middle, as likely as the picture is bright: for each layout its own output. */
function network(
  layout: "yolov8" | "end-to-end",
  box: readonly number[],
  dims: readonly number[],
): Uint8Array {
  const graph = new GraphBuilder();
  const picture = graph.input("images", DATA_TYPE.float, [1, 3, SIZE, SIZE]);
  const mean = graph.op("ReduceMean", [picture, graph.ints([0, 1, 2, 3])], { keepdims: 0 });
  const brightness = graph.op("Reshape", [mean, graph.ints([1])]);
  const first = graph.floats(box);
  const zero = graph.floats([0]);
  const parts = layout === "yolov8" ? [first, zero, brightness] : [first, brightness, graph.floats([1])];
  const row = graph.op("Concat", parts, { axis: 0 });
  graph.op("Reshape", [row, graph.ints(dims)], {}, "boxes");
  graph.output("boxes", DATA_TYPE.float, dims);
  return encodeModel(graph.build("own"));
}

function entryOf(bytes: Uint8Array, decoder: string, over: Record<string, unknown> = {}) {
  return {
    name: "helmets",
    task: "detect",
    licence: "MIT",
    origin: "made by this test",
    documented: true,
    file: "helmets.onnx",
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    sources: ["https://models.invalid/helmets.onnx"],
    input: {
      layout: "nchw",
      width: SIZE,
      height: SIZE,
      order: "rgb",
      std: [255, 255, 255],
      fit: "letterbox-centre",
      pad: 114,
    },
    decoder,
    classes: ["with-helmet", "without-helmet"],
    accuracy: "not measured",
    ...over,
  };
}

/** Writes both files and gives the environment that names them. */
function site(bytes: Uint8Array, entry: object, preference: object = { detect: ["helmets"] }) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "helmets.onnx"), bytes);
  const file = join(folder, "catalogue.yaml");
  writeFileSync(file, stringify({ preference, models: [entry] }));
  return { folder, env: { NGATU_CATALOGUE: file } };
}

const V8 = network("yolov8", [16, 12, 8, 10], [1, 6, 1]);
const LIST = network("end-to-end", [12, 7, 20, 17], [1, 1, 6]);

describe("a detector that a site brings along", () => {
  test.each([
    ["yolov8", V8],
    ["end-to-end", LIST],
  ])("runs in the layout %s and gives its own classes", async (decoder, bytes) => {
    const { env } = site(bytes, entryOf(bytes, decoder));
    const store = createModelStore({ cache: temporaryFolder(), env });
    const { model, why } = await store.choose("detect", { network: false });
    expect(why).toContain("helmets is the preferred model");
    const detector = await openDetector(model, { threshold: 0.5 });
    const [found, ...more] = await detector.detect(new Uint8Array(SIZE * SIZE * 3).fill(204));
    expect(more).toEqual([]);
    expect(found).toMatchObject({ x1: 12, y1: 7, x2: 20, y2: 17, className: "without-helmet" });
    expect(found?.score).toBeCloseTo(0.8, 4);
    expect(await detector.detect(new Uint8Array(SIZE * SIZE * 3).fill(100))).toEqual([]);
    await detector.close();
  });

  test("stands before the product's own models, which stay", () => {
    const { env } = site(V8, entryOf(V8, "yolov8"));
    const { preference, models } = catalogueInForce(env);
    expect(preference.detect?.slice(0, 2)).toEqual(["helmets", "yolox-nano"]);
    expect(models.some(({ name }) => name === "yolox-nano")).toBe(true);
  });

  test.each([
    ["licence", "helmets: licence|helmets:  must have required properties.*licence"],
    ["sha256", "helmets:.*sha256"],
    ["bytes", "helmets:.*bytes"],
  ])("is refused without %s, by its name", (key, message) => {
    const entry = Object.fromEntries(Object.entries(entryOf(V8, "yolov8")).filter(([name]) => name !== key));
    const { env } = site(V8, entry);
    expect(() => catalogueInForce(env)).toThrow(CatalogueError);
    expect(() => catalogueInForce(env)).toThrow(new RegExp(message));
  });

  test("is refused under a name that the product has", () => {
    const { env } = site(V8, entryOf(V8, "yolov8", { name: "yolox-nano" }), { detect: ["yolox-nano"] });
    expect(() => catalogueInForce(env)).toThrow("yolox-nano: another catalogue has a model of that name");
  });

  test("is not run when its file isn't the one that the catalogue names", async () => {
    const { env, folder } = site(V8, entryOf(V8, "yolov8"));
    writeFileSync(join(folder, "helmets.onnx"), readFileSync(join(folder, "helmets.onnx")).subarray(0, 200));
    const store = createModelStore({ cache: temporaryFolder(), env });
    expect(await store.local("helmets")).toBeUndefined();
  });
});

describe("bad networks and pictures", () => {
  async function opened(bytes: Uint8Array, decoder = "yolov8") {
    const { env } = site(bytes, entryOf(bytes, decoder));
    const model = await createModelStore({ cache: temporaryFolder(), env }).local("helmets");
    if (model === undefined) throw new Error("the model isn't there");
    return await openDetector(model, { threshold: 0.5 });
  }
  const grey = new Uint8Array(SIZE * SIZE * 3).fill(204);

  test("an output in another layout than the catalogue says is refused by name and size", async () => {
    const detector = await opened(LIST, "yolov8");
    await expect(detector.detect(grey)).rejects.toThrow(ModelError);
    const other = await opened(V8, "end-to-end");
    await expect(other.detect(grey)).rejects.toThrow(
      "model helmets: output boxes: [1,6,6] expected, [1,6,1] seen",
    );
    await Promise.all([detector.close(), other.close()]);
  });

  test.each(["yolov8", "end-to-end"] as const)(
    "NaN in an output is refused, not taken for an empty picture (%s)",
    async (decoder) => {
      const bytes =
        decoder === "yolov8"
          ? network(decoder, [NaN, 12, 8, 10], [1, 6, 1])
          : network(decoder, [12, 7, NaN, 17], [1, 1, 6]);
      const detector = await opened(bytes, decoder);
      await expect(detector.detect(grey)).rejects.toThrow("model helmets: an output holds NaN");
      await detector.close();
    },
  );

  test.each([
    ["empty", new Uint8Array(0), "the file is empty"],
    [
      "cut short",
      V8.subarray(0, V8.length >> 1),
      "not an ONNX file, or cut short|no graph in the file|ONNX Runtime refuses it",
    ],
    ["no ONNX", new TextEncoder().encode("<html>404</html>"), "not an ONNX file|no graph in the file"],
  ])(
    "a file that is %s is refused by the model's name, though its hash is right",
    async (_what, bytes, reason) => {
      const entry = entryOf(bytes, "yolov8", { bytes: Math.max(1, bytes.length) });
      const { folder } = site(bytes, entry);
      const model = {
        name: "helmets",
        task: "detect",
        path: join(folder, "helmets.onnx"),
        sha256: "",
        entry,
      };
      const error = await openDetector(model as never).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(ModelError);
      expect(String(error)).toMatch(new RegExp(`model helmets: .*(${reason})`));
    },
  );

  test("a picture of no size or of another size is refused by name", async () => {
    const detector = await opened(V8);
    await expect(detector.detect(new Uint8Array(0))).rejects.toThrow("model helmets: a picture of 0 bytes");
    await expect(detector.detect(new Uint8Array(3))).rejects.toThrow("model helmets: a picture of 3 bytes");
    await detector.close();
  });
});
