// `ngatu eval lamps`: how well the state of a traffic light is read from labelled crops of it.
import { basename, join, resolve } from "node:path";
import type { Command } from "commander";
import sharp from "sharp";
import { type Lamp, LAMPS, litLamp } from "../../edge/signal/lamp-colour.ts";
import { meanOfSmall } from "../../edge/signal/mean-colour.ts";
import { csvRows, LabelFileError } from "./csv.ts";
import { wilson } from "./interval.ts";
import { tableText } from "./table.ts";

/** A crop holds a whole light: each third is one lamp, its middle 40 % across (the rest is housing and what is behind). */
const INSET = 0.3;

export function registerEvalLamps(evalCommand: Command): void {
  evalCommand
    .command("lamps")
    .argument("<sets...>", "folders with labels.csv (file,state) beside images/: crops of one light each")
    .description("reading of signal lamps, one picture at a time / đọc trạng thái đèn tín hiệu từ từng ảnh")
    .option("--json", "print one JSON object")
    .action(evalLamps);
}

interface Row {
  readonly state: Lamp;
  readonly read: Lamp | "off" | undefined;
}

async function evalLamps(folders: readonly string[], options: { json?: boolean }): Promise<void> {
  const sets: Record<string, readonly Row[]> = {};
  for (const folder of folders) sets[basename(resolve(folder))] = await readSet(folder);
  const figures = Object.fromEntries(Object.entries(sets).map(([name, rows]) => [name, figuresOf(rows)]));
  const combined = figuresOf(Object.values(sets).flat());
  if (options.json === true) {
    const value = folders.length === 1 ? combined : { sets: figures, combined };
    process.stdout.write(`${JSON.stringify(value)}\n`);
    return;
  }
  const head = ["", "n", "decided", "right of decided", "red as green", "green as red"];
  const rows = Object.entries(figures).map(([name, each]) => [
    name,
    String(each.n),
    each.decided.toFixed(4),
    each.right_of_decided.toFixed(4),
    String(each.red_as_green),
    String(each.green_as_red),
  ]);
  process.stdout.write(tableText(head, rows));
}

async function readSet(folder: string): Promise<Row[]> {
  const file = join(folder, "labels.csv");
  const labels = csvRows(file, ["file", "state"]);
  if (labels.length === 0) throw new LabelFileError(`${file} holds no labels`);
  const rows: Row[] = [];
  for (const [index, { file: name = "", state }] of labels.entries()) {
    const lamp = LAMPS.find((each) => each === state);
    if (lamp === undefined) {
      throw new LabelFileError(`${file}:${index + 2}: state ${state ?? ""}; allowed: ${LAMPS.join(" ")}`);
    }
    rows.push({ state: lamp, read: await lampOf(join(folder, "images", name)) });
  }
  return rows;
}

async function lampOf(file: string): Promise<Row["read"]> {
  const { data, info } = await sharp(file)
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const pixels = new Uint8Array(new SharedArrayBuffer(data.length));
  pixels.set(data);
  const picture = { width, height, pixels };
  const inside = { left: width * INSET, width: width * (1 - 2 * INSET) };
  const around = await meanOfSmall(picture, { left: 0, top: 0, width, height });
  const [red, yellow, green] = await Promise.all(
    LAMPS.map((_, third) =>
      meanOfSmall(picture, { ...inside, top: (height * third) / 3, height: height / 3 }),
    ),
  );
  if (around === undefined || red === undefined || yellow === undefined || green === undefined)
    return undefined;
  return litLamp({ lamps: { red, yellow, green }, around });
}

function figuresOf(rows: readonly Row[]) {
  const decided = rows.filter(({ read }) => read !== undefined);
  const right = decided.filter(({ state, read }) => state === read);
  const confused = (state: Lamp, read: Lamp): number =>
    decided.filter((row) => row.state === state && row.read === read).length;
  return {
    decided: decided.length / rows.length,
    right_of_decided: decided.length === 0 ? 0 : right.length / decided.length,
    red_as_green: confused("red", "green"),
    green_as_red: confused("green", "red"),
    n: rows.length,
    intervals: {
      decided: wilson(decided.length, rows.length),
      right_of_decided: wilson(right.length, decided.length),
    },
  };
}
