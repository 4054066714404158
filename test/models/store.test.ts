// The store: the best model at hand runs, undocumented weights only when accepted, and an import is pinned.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Catalogue, type ModelEntry, readCatalogue } from "../../models/catalogue.ts";
import { ModelError } from "../../models/model-error.ts";
import { createModelStore } from "../../models/store.ts";
import { temporaryFolder } from "./pictures.ts";

const shippedEntry = (name: string): ModelEntry => {
  const entry = readCatalogue().models.find((model) => model.name === name);
  if (entry === undefined) throw new Error(name);
  return entry;
};

/** A catalogue of three face embedders whose files are a few bytes long. */
function tiny(mirror: string, present: readonly string[]): Catalogue {
  const models = ["best-undocumented", "good", "fallback"].map((name): ModelEntry => {
    const content = `bytes of ${name}`;
    if (present.includes(name)) writeFileSync(join(mirror, `${name}.onnx`), content);
    return {
      ...shippedEntry("sface"),
      name,
      documented: name !== "best-undocumented",
      file: `${name}.onnx`,
      sha256: createHash("sha256").update(content).digest("hex"),
      sources: ["https://127.0.0.1:47811/nothing"],
    };
  });
  return { models, preference: { "face-embed": models.map(({ name }) => name) } };
}

function storeWith(present: readonly string[], acceptUndocumented = false) {
  const mirror = temporaryFolder();
  const catalogue = tiny(mirror, present);
  return createModelStore({
    cache: temporaryFolder(),
    env: { NGATU_MIRROR: mirror },
    acceptUndocumented,
    catalogue,
  });
}

describe("choose", () => {
  test("takes the best that is here and says what stood before it", async () => {
    const { model, why } = await storeWith(["best-undocumented", "fallback"]).choose("face-embed");
    expect(model).toEqual(structuredClone(model));
    expect(model.name).toBe("fallback");
    expect(why).toBe(
      "fallback is the best at hand for face-embed; before it came best-undocumented: its origin is undocumented and " +
        "accept_undocumented_weights isn't set; good: not on this machine",
    );
  });

  test("takes undocumented weights only when they are accepted", async () => {
    const { model, why } = await storeWith(["best-undocumented", "good"], true).choose("face-embed");
    expect(model.name).toBe("best-undocumented");
    expect(why).toContain("of undocumented origin, accepted here");
    await expect(storeWith(["best-undocumented"]).ensure("best-undocumented")).rejects.toThrow(
      "accept_undocumented_weights",
    );
  });

  test("falls to the next when a better one can't be reached, and fails with every reason when none can", async () => {
    const { model, why } = await storeWith(["fallback"]).choose("face-embed", { fetchBetter: true });
    expect(model.name).toBe("fallback");
    expect(why).toMatch(/good: .*ECONNREFUSED/);
    const none = storeWith([]).choose("face-embed");
    await expect(none).rejects.toBeInstanceOf(ModelError);
    await expect(none).rejects.toThrow(/good: .*ECONNREFUSED.*fallback: .*ECONNREFUSED/);
  });
});

describe("an imported model", () => {
  test("whose parts are damaged, or that comes out otherwise than pinned, is refused by name", async () => {
    const cache = temporaryFolder();
    mkdirSync(join(cache, "models"));
    const graph = JSON.stringify({
      modelTopology: { node: [{ name: "x", op: "Placeholder", attr: { dtype: { type: "DT_FLOAT" } } }] },
      weightsManifest: [{ weights: [] }],
    });
    const [json, bin] = [join(cache, "models", "net.json"), join(cache, "models", "net.bin")];
    writeFileSync(json, graph);
    writeFileSync(bin, "");
    const part = (file: string) => ({
      file,
      sha256: createHash("sha256")
        .update(readFileSync(join(cache, "models", file)))
        .digest("hex"),
      sources: ["https://127.0.0.1:47811/nothing"],
    });
    const entry: ModelEntry = {
      ...shippedEntry("centernet"),
      name: "tiny-net",
      file: "tiny-net.onnx",
      import: { kind: "tfjs-graph", files: [part("net.json"), part("net.bin")] },
    };
    const catalogue = { models: [entry], preference: {} };
    const store = createModelStore({ cache, env: { NGATU_MIRROR: "" }, catalogue });
    await expect(store.ensure("tiny-net")).rejects.toThrow(
      /^model tiny-net: the import gave SHA-256 [0-9a-f]{64}/,
    );
    copyFileSync(json, bin);
    await expect(store.ensure("tiny-net")).rejects.toThrow("net.bin could not be had");
    await expect(store.ensure("no-such-net")).rejects.toThrow("not in the catalogue");
  });
});
