// `ngatu watchlist add|list|remove`: the people and plates this box looks for. Only embeddings are kept, encrypted.
import { dirname, resolve } from "node:path";
import { Option, type Command } from "commander";
import { cacheFolder } from "../config/cache-folder.ts";
import { loadBox } from "../config/load.ts";
import { enrol, type Enrolled } from "../edge/watchlist/enrol.ts";
import { enrolPlate } from "../edge/watchlist/enrol-plate.ts";
import { EnrolError } from "../edge/watchlist/enrol-error.ts";
import { unexpired } from "../edge/watchlist/entry.ts";
import { galleryFile, readGallery, updateGallery } from "../edge/watchlist/gallery.ts";
import { ensureGalleryKey, readGalleryKey, type KeyPlace } from "../edge/watchlist/key.ts";
import { chooseIfAny } from "../models/optional-choice.ts";
import { createModelStore } from "../models/store.ts";

interface PlaceOptions {
  readonly data?: string;
  readonly config?: string;
  readonly json?: boolean;
}

interface AddOptions extends PlaceOptions {
  readonly picture?: string;
  readonly plate?: string;
  readonly name: string;
  readonly reason: string;
  readonly expires: string;
  readonly authority?: string;
  readonly requester?: string;
  readonly entry?: string;
  readonly acceptUndocumentedWeights?: boolean;
}

interface Place {
  readonly file: string;
  readonly keyPlace: KeyPlace;
  readonly acceptUndocumented: boolean;
}

export function registerWatchlist(program: Command): void {
  const watchlist = program
    .command("watchlist")
    .description(
      "the people and plates this box looks for: each with a reason and an expiry; no picture is ever kept",
    );

  placed(watchlist.command("add"))
    .description(
      "enrol one person from a picture with one clear face, which is not copied, or a vehicle by its plate",
    )
    .addOption(new Option("--picture <file>", "photograph of the person, from the front").conflicts("plate"))
    .option("--plate <plate>", "61A-123.45; the plate of a vehicle")
    .requiredOption("--name <name>", "name or code that a match is reported under")
    .requiredOption("--reason <text>", "why this person or vehicle is looked for")
    .requiredOption(
      "--expires <date>",
      "2027-01-01 (00:00 UTC) or RFC 3339: the entry vanishes then by itself",
    )
    .option("--authority <text>", "on whose authority")
    .option("--requester <text>", "who asked for it")
    .option("--entry <id>", "add the picture to this entry instead of making a new one")
    .option("--accept-undocumented-weights", "use the strongest embedding, though its origin is undocumented")
    .action(add);
  placed(watchlist.command("list")).description("entries in force").action(list);
  placed(watchlist.command("remove"))
    .argument("<id>", "the entry's id, as `list` shows it")
    .description("remove an entry and its templates; running boxes forget it within seconds")
    .action(remove);
}

function placed(command: Command): Command {
  return command
    .addOption(new Option("--data <folder>", "the box's data folder").conflicts("config"))
    .option(
      "--config <box.yaml>",
      "take data folder, key file and weights policy from the box's configuration",
    )
    .option("--json", "one JSON object on standard output");
}

async function add(options: AddOptions): Promise<void> {
  const { picture, plate } = options;
  if (plate !== undefined) await addPlate(plate, options);
  else if (picture !== undefined) await addPerson(picture, options);
  else throw new EnrolError("incomplete", "say who is looked for: --picture FILE or --plate PLATE");
}

async function addPlate(plate: string, options: AddOptions): Promise<void> {
  const place = placeOf(options);
  const { name, reason, expires, authority, requester } = options;
  const entry = await enrolPlate(
    { plate, name, reason, expires, authority, requester },
    { galleryFile: place.file, key: await keyOf(place) },
  );
  if (options.json === true) print({ entry });
  else
    process.stdout.write(`${entry.id}  ${entry.name}: plate ${entry.plate ?? ""}, until ${entry.expires}\n`);
}

/** Made where there is none, and then said. */
async function keyOf({ keyPlace }: Place): Promise<Uint8Array> {
  const { key, created } = await ensureGalleryKey(keyPlace);
  if (created !== undefined) {
    process.stderr.write(
      `made the gallery's key: ${created}. Without it the gallery can't be read; keep a copy apart.\n`,
    );
  }
  return key;
}

async function addPerson(picture: string, options: AddOptions): Promise<void> {
  const place = placeOf(options);
  const acceptUndocumented = options.acceptUndocumentedWeights ?? place.acceptUndocumented;
  const store = createModelStore({ cache: cacheFolder(), acceptUndocumented });
  const detector = await store.choose("face-detect");
  const embedder = await store.choose("face-embed");
  const landmarks = await chooseIfAny(store, "face-landmarks");
  process.stderr.write(`${detector.why}\n${embedder.why}\n`);
  const key = await keyOf(place);
  const { name, reason, expires, authority, requester } = options;
  const enrolled = await enrol(
    { picture, name, reason, expires, authority, requester, entryId: options.entry },
    {
      galleryFile: place.file,
      key,
      detector: detector.model,
      embedder: embedder.model,
      landmarks: landmarks?.model,
    },
  );
  if (options.json === true) print(enrolled);
  else describe(enrolled, embedder.model.name);
}

function describe({ entry, templates, quality, alike }: Enrolled, embedder: string): void {
  process.stdout.write(
    `${entry.id}  ${entry.name}: ${templates} template${templates === 1 ? "" : "s"} (${embedder}), ` +
      `picture quality ${quality.toFixed(2)}, until ${entry.expires}\n`,
  );
  if (alike !== undefined) {
    const who =
      alike.name === entry.name
        ? "the same name stands twice; --entry adds a picture"
        : "two names, one face?";
    process.stderr.write(
      `warning: looks like ${alike.name} (${alike.id}), score ${alike.score.toFixed(2)}: ${who}\n`,
    );
  }
}

async function list(options: PlaceOptions): Promise<void> {
  const place = placeOf(options);
  const entries = unexpired(await readGallery(place.file, await readGalleryKey(place.keyPlace)), Date.now());
  // Templates stay in the gallery, whatever is printed.
  const rows = entries.map(({ templates, ...entry }) => ({ ...entry, templates: templates.length }));
  if (options.json === true) print({ entries: rows });
  else if (rows.length === 0) process.stdout.write("nobody is on the watch list\n");
  else
    for (const row of rows)
      process.stdout.write(`${row.id}  ${row.name}  until ${row.expires}  (${row.reason})\n`);
}

async function remove(id: string, options: PlaceOptions): Promise<void> {
  const place = placeOf(options);
  const key = await readGalleryKey(place.keyPlace);
  await updateGallery(place.file, key, Date.now(), (entries) => {
    const others = entries.filter((entry) => entry.id !== id);
    if (others.length === entries.length)
      throw new EnrolError("unknown-entry", `no entry ${id} in ${place.file}`);
    return others;
  });
  if (options.json === true) print({ removed: id });
  else process.stdout.write(`removed ${id}\n`);
}

function placeOf({ data, config }: PlaceOptions): Place {
  if (config !== undefined) {
    const { value } = loadBox(config);
    const folder = dirname(resolve(config));
    const dataFolder = resolve(folder, value.data);
    const keyFile = value.gallery?.key_file;
    return {
      file: galleryFile(dataFolder),
      keyPlace: { dataFolder, keyFile: keyFile === undefined ? undefined : resolve(folder, keyFile) },
      acceptUndocumented: value.accept_undocumented_weights ?? false,
    };
  }
  if (data === undefined)
    throw new EnrolError("incomplete", "say which box: --data FOLDER or --config box.yaml");
  const dataFolder = resolve(data);
  return { file: galleryFile(dataFolder), keyPlace: { dataFolder }, acceptUndocumented: false };
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
