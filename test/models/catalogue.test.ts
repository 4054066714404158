// The catalogue refuses what must not run unnoticed: no licence, no hash, no source, wrong names.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { CatalogueError, readCatalogue, TASKS } from "../../models/catalogue.ts";
import { temporaryFolder } from "./pictures.ts";

const shipped = join(import.meta.dirname, "../../models/catalogue.yaml");

interface Draft {
  preference: Record<string, string[]>;
  models: Record<string, unknown>[];
}

function refusal(change: (draft: Draft) => void): readonly string[] {
  const draft = parse(readFileSync(shipped, "utf8")) as Draft;
  change(draft);
  const file = join(temporaryFolder(), "catalogue.yaml");
  writeFileSync(file, stringify(draft));
  try {
    readCatalogue(file);
    return [];
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error;
    return error.faults;
  }
}

describe("the catalogue", () => {
  test("that ships is accepted and prefers some model for every task but people-density, whose networks a site supplies", () => {
    const { models, preference } = readCatalogue();
    expect(models.length).toBeGreaterThan(10);
    const without = TASKS.filter((task) => (preference[task] ?? []).length === 0);
    expect(without).toEqual(["people-density"]);
  });

  test("offers for each of the product's tasks a documented model that npm alone provides", () => {
    const { models } = readCatalogue();
    for (const task of ["detect", "face-detect", "face-embed"]) {
      const fromNpm = models.filter((entry) => {
        const sources = entry.import?.files.flatMap((file) => file.sources) ?? entry.sources ?? [];
        return entry.task === task && entry.documented && sources.some((source) => source.startsWith("npm:"));
      });
      expect(fromNpm.length, task).toBeGreaterThan(0);
    }
  });

  test.each(["licence", "sha256", "origin"])("refuses an entry without %s and names it", (key) => {
    const faults = refusal((draft) => delete draft.models[0]?.[key]);
    expect(faults.join("\n")).toContain("yolox-nano");
    expect(faults.join("\n")).toContain(key);
  });

  test("refuses a detector whose true detections would be less certain than its doubtful ones", () => {
    const faults = refusal((draft) => {
      const centernet = draft.models.find(({ name }) => name === "centernet");
      if (centernet !== undefined)
        centernet["confidence"] = { doubtful: 0.6, usual: 0.5, measured: "nowhere" };
    });
    expect(faults).toEqual(["centernet: confidence.usual (0.5) is not above confidence.doubtful"]);
  });

  test("refuses an unknown key, a name that stands twice, a file without source, and a preference for another task", () => {
    const faults = refusal((draft) => {
      draft.models.push({ ...draft.models[0] });
      delete draft.models[1]?.["sources"];
      draft.preference["detect"] = ["sface"];
    });
    expect(faults).toEqual([
      "nanodet-m-416: neither sources nor import",
      "yolox-nano: stands twice",
      "preference.detect: sface is no model for that task",
    ]);
    expect(refusal((draft) => Object.assign(draft.models[0] ?? {}, { colour: "red" }))).not.toEqual([]);
  });
});
