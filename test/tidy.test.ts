// House rules that a machine can check: import direction, banned texts, files nobody uses, sizes, first lines, examples.
import { readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { loadBox, loadCamera, loadServer } from "../config/load.ts";
import { BANNED_NAMES, BANS } from "./tidy/bans.ts";
import { whyNot } from "./tidy/direction.ts";
import { files, importsOf, root, textOf, typescript } from "./tidy/sources.ts";

const MOST_LINES = 350;
const MOST_BYTES = 600_000;

describe("tidy", () => {
  test("every import goes the way the data flows", () => {
    const faults = typescript.flatMap((file) =>
      importsOf(file).flatMap(({ from, to, typeOnly }) => whyNot(from, to, typeOnly) ?? []),
    );
    expect(faults).toEqual([]);
  });

  test("no file contains a banned text", () => {
    const faults = BANS.flatMap(({ text, where, except, instead, why }) =>
      typescript
        .filter((file) => where.test(file) && except?.test(file) !== true)
        .flatMap((file) =>
          textOf(file)
            .split("\n")
            .flatMap((line, index) =>
              text.test(line) ? [`${file}:${index + 1}: ${line.trim()} -> ${instead}: ${why}`] : [],
            ),
        ),
    );
    expect(faults).toEqual([]);
  });

  test("files are named for the noun inside", () => {
    expect(typescript.filter((file) => BANNED_NAMES.test(file))).toEqual([]);
    expect(typescript.filter((file) => !/^[a-z0-9.-]+$/.test(basename(file)))).toEqual([]);
  });

  test("every TypeScript file is used: product code by product code, the rest by a test", () => {
    const isProduct = (file: string): boolean =>
      !file.startsWith("test/") || /^test\/(ioc-sink|scenario)\//.test(file);
    const users = new Map<string, string[]>();
    for (const { from, to } of typescript.flatMap(importsOf)) users.set(to, [...(users.get(to) ?? []), from]);
    const isEntry = (file: string): boolean =>
      file === "cli/main.ts" || file.startsWith("server/screen/") || /(\.test|\.config)\.ts$/.test(file);
    // Worker threads, and programs that tests start, are named by a string.
    const everything = `${typescript.map(textOf).join("\n")}${textOf("vitest.config.ts")}`;
    const isNamed = (file: string): boolean =>
      new RegExp(`["'\`/]${basename(file).replace(/\.tsx?$/, "")}(\\.ts|\\.js)?["'\`]`).test(
        everything.replaceAll(/from "[^"]+"/g, ""),
      );
    const unused = typescript.filter((file) => {
      const by = users.get(file)?.filter((user) => !isProduct(file) || isProduct(user)) ?? [];
      return by.length === 0 && !isEntry(file) && !isNamed(file);
    });
    expect(unused).toEqual([]);
  });

  test("every file starts with a sentence that says what it is for", () => {
    const starts: readonly [RegExp, RegExp][] = [
      [/\.(ts|tsx|js)$/, /^\/\/ \S/],
      [/\.css$/, /^\/\* \S/],
      [/\.sql$/, /^-- \S/],
      [/\.ya?ml$/, /^# ?\S/],
      [/\.py$/, /^(# |""")\S/],
    ];
    const faults = files.filter((file) => {
      const start = starts.find(([name]) => name.test(file))?.[1];
      return start !== undefined && !start.test(textOf(file).replace(/^#!.*\n/, ""));
    });
    expect(faults).toEqual([]);
  });

  test("no source file is too long to be read in one go", () => {
    const long = files.filter(
      (file) => /\.(tsx?|css|sql)$/.test(file) && textOf(file).split("\n").length > MOST_LINES + 1,
    );
    expect(long).toEqual([]);
  });

  test("no large file lies in the repository", () => {
    const large = files.filter(
      (file) =>
        file !== "package-lock.json" &&
        !file.startsWith("models/own/") &&
        statSync(join(root, file)).size > MOST_BYTES,
    );
    expect(large).toEqual([]);
  });

  test("every key of the example configurations is in its schema", () => {
    const examples = files.filter((file) => /^config\/(examples|compose)\/.*\.yaml$/.test(file));
    expect(examples.length).toBeGreaterThan(0);
    for (const file of examples) {
      const path = join(root, file);
      const value = parse(readFileSync(path, "utf8")) as Record<string, unknown>;
      const loadExample = "camera" in value ? loadCamera : "box" in value ? loadBox : loadServer;
      expect(loadExample(path).value).toEqual(value);
    }
  });
});
