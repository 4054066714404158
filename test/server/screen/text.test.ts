// The screen's words: both languages say the same things, and everything the wire can name has a name.
import { describe, expect, test } from "vitest";
import { RULE_KINDS } from "../../../config/rule.ts";
import { CLASSES } from "../../../contract/common.ts";
import { EVENT_TYPES } from "../../../contract/event.ts";
import { WITHHELD } from "../../../contract/traffic.ts";
import { HEALTH_KINDS } from "../../../edge/health/kind.ts";
import { en } from "../../../server/screen/text/en.ts";
import { vi } from "../../../server/screen/text/vi.ts";

/** Every text by its path, with the names it fills in. */
function texts(tree: object, path = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const at = path === "" ? key : `${path} / ${key}`;
    if (typeof value === "string") found.set(at, value);
    else for (const [inner, text] of texts(value as object, at)) found.set(inner, text);
  }
  return found;
}

const gaps = (text: string | undefined): string[] => (text?.match(/\{\{\w+\}\}/g) ?? []).sort();

describe("the screen's words", () => {
  test("both languages have the same texts, each filled and with the same gaps to fill", () => {
    const [vietnamese, english] = [texts(vi), texts(en)];
    expect([...english.keys()].sort()).toEqual([...vietnamese.keys()].sort());
    for (const [key, text] of vietnamese) {
      expect(text.trim(), key).not.toBe("");
      expect(english.get(key)?.trim(), key).not.toBe("");
      expect(gaps(english.get(key)), key).toEqual(gaps(text));
    }
  });

  test.each([
    ["rule", RULE_KINDS],
    ["class", CLASSES],
    ["withheld", WITHHELD],
    ["pictureFault", HEALTH_KINDS],
  ] as const)("every %s of the contract has a name", (group, words) => {
    for (const language of [vi, en]) expect(Object.keys(language[group]).sort()).toEqual([...words].sort());
  });

  test("every event type of the contract has a name", () => {
    for (const language of [vi, en]) {
      expect(Object.keys(language.event.type).sort()).toEqual(Object.keys(EVENT_TYPES).sort());
    }
  });
});
