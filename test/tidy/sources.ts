// The files of this repository, without what is installed or built, and what each TypeScript file imports.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";

export const root = join(import.meta.dirname, "../..");

const IGNORED = new Set([".git", "node_modules", "dist", "coverage", "artefacts"]);

/** Paths relative to the root, with `/`. */
export const files: readonly string[] = walk(root).map((file) => relative(root, file));

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (IGNORED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : entry.isFile() ? [path] : [];
  });
}

const texts = new Map<string, string>();
export function textOf(file: string): string {
  let text = texts.get(file);
  if (text === undefined) {
    text = readFileSync(join(root, file), "utf8");
    texts.set(file, text);
  }
  return text;
}

export const typescript = files.filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"));

/** One import of a file of ours. */
export interface Import {
  readonly from: string;
  readonly to: string;
  /** The whole statement imports types only. */
  readonly typeOnly: boolean;
}

const STATEMENT = /(?:^|\n)(?:import|export)(\s+type)?\s(?:[\w\s*{},$]+\sfrom\s+)?["'](\.{1,2}\/[^"']+)["']/g;
const CALL = /\bimport\(\s*["'](\.{1,2}\/[^"']+)["']\s*\)/g;

export function importsOf(file: string): Import[] {
  const text = textOf(file);
  const target = (specifier: string): string => normalize(join(dirname(file), specifier));
  return [
    ...[...text.matchAll(STATEMENT)].map((match) => ({
      from: file,
      to: target(match[2] ?? ""),
      typeOnly: match[1] !== undefined,
    })),
    ...[...text.matchAll(CALL)].map((match) => ({ from: file, to: target(match[1] ?? ""), typeOnly: false })),
  ];
}
