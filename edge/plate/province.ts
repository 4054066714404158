// Which unit a plate's two-digit code belongs to, now and before the mergers of July 2025.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Type from "typebox";
import { Compile } from "typebox/compile";
import { parse } from "yaml";

const File = Type.Object(
  {
    since: Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" }),
    units: Type.Array(
      Type.Object({
        name: Type.String({ minLength: 1 }),
        codes: Type.Record(Type.String({ pattern: "^[1-9]\\d$" }), Type.String({ minLength: 1 })),
      }),
    ),
  },
  { additionalProperties: false },
);

export interface Province {
  readonly code: string;
  /** The unit in charge since {@link MERGED_ON}. */
  readonly unit: string;
  /** The province that issued the code before. */
  readonly before: string;
}

const read = readProvinces();
export const MERGED_ON: string = read.since;
const PROVINCES: ReadonlyMap<string, Province> = read.provinces;

/** Undefined for a code that nobody has. */
export function provinceOf(code: string): Province | undefined {
  return PROVINCES.get(code);
}

/** The name that held on a day (`YYYY-MM-DD`): plates keep their code over a merger. */
export function provinceName({ unit, before }: Province, day: string): string {
  return day >= MERGED_ON ? unit : before;
}

function readProvinces(): { readonly since: string; readonly provinces: ReadonlyMap<string, Province> } {
  const path = fileURLToPath(new URL("provinces.yaml", import.meta.url));
  const value: unknown = parse(readFileSync(path, "utf8"));
  if (!Compile(File).Check(value)) throw new TypeError(`${path}: not a file of provinces`);
  const provinces = value.units.flatMap(({ name, codes }) =>
    Object.entries(codes).map(([code, before]) => [code, { code, unit: name, before }] as const),
  );
  return { since: value.since, provinces: new Map(provinces) };
}
