// The catalogue of models: its schema, and its reader, which refuses an entry without licence or hash.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Type, { type Static } from "typebox";
import { Compile } from "typebox/compile";
import { parse } from "yaml";

const strict = { additionalProperties: false } as const;

export const TASKS = [
  "detect",
  "face-detect",
  "face-embed",
  "plate-detect",
  "plate-read",
  "text-detect",
  "text-read",
  "person-reid",
  "face-landmarks",
  "people-density",
] as const;
export type Task = (typeof TASKS)[number];

const Sha256 = Type.String({ pattern: "^[0-9a-f]{64}$" });
const Text = Type.String({ minLength: 1 });
const Source = Type.String({
  pattern: "^(npm:.+@.+#.+|https://.+|own:[a-z0-9.-]+)$",
  description: "npm:PACKAGE@VERSION#path, a URL, or own:FILE for a network of our own in models/own",
});

const File = {
  file: Type.String({ pattern: "^[A-Za-z0-9._-]+$", description: "its name in the cache and in mirrors" }),
  sha256: Sha256,
  bytes: Type.Optional(Type.Integer({ minimum: 1 })),
  sources: Type.Array(Source, { minItems: 1 }),
};
const FileSpec = Type.Object(File, strict);

const Input = Type.Object(
  {
    layout: Type.Enum(["nchw", "nhwc"]),
    width: Type.Integer({ minimum: 8, maximum: 8192 }),
    height: Type.Integer({ minimum: 8, maximum: 8192 }),
    multiple: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: "fully convolutional: any width and height that this divides",
      }),
    ),
    order: Type.Enum(["rgb", "bgr", "grey"]),
    mean: Type.Optional(
      Type.Array(Type.Number(), { description: "per channel in the network's order, of 0…255" }),
    ),
    std: Type.Optional(Type.Array(Type.Number({ exclusiveMinimum: 0 }))),
    fit: Type.Enum(["stretch", "letterbox-top-left", "letterbox-centre"]),
    pad: Type.Integer({ minimum: 0, maximum: 255 }),
  },
  strict,
);

const Entry = Type.Object(
  {
    name: Type.String({ pattern: "^[a-z0-9-]{1,40}$" }),
    task: Type.Enum([...TASKS]),
    licence: Text,
    origin: Text,
    documented: Type.Boolean({
      description: "false: nobody says who trained it on what; runs only when accepted",
    }),
    file: File.file,
    bytes: Type.Integer({ minimum: 1 }),
    sha256: Sha256,
    sources: Type.Optional(File.sources),
    import: Type.Optional(
      Type.Object(
        {
          kind: Type.Enum(["tfjs-graph", "dlib-resnet"]),
          files: Type.Array(FileSpec, { minItems: 2, maxItems: 2 }),
        },
        strict,
      ),
    ),
    extra: Type.Optional(
      Type.Array(FileSpec, { description: "what the decoder needs besides: an alphabet" }),
    ),
    input: Input,
    outputs: Type.Optional(
      Type.Array(Text, { description: "those the decoder reads, in its order; absent: all" }),
    ),
    decoder: Type.Enum([
      "yolox",
      "nanodet",
      "fastestdet",
      "yolov8",
      "end-to-end",
      "yunet",
      "blazeface",
      "embedding",
      "cct",
      "ctc",
      "plate-lines",
      "plate-corners",
      "text-map",
      "density",
      "landmarks",
    ]),
    classes: Type.Optional(
      Type.Union([Type.Literal("coco80"), Type.Array(Text, { minItems: 1, maxItems: 1000 })], {
        description: "of a detector, in the order of its outputs; absent: coco80",
      }),
    ),
    template: Type.Optional(
      Type.Enum(["arcface-112", "dlib-150"], { description: "where the five points go" }),
    ),
    nms_iou: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    threshold: Type.Optional(
      Type.Object({ value: Type.Number({ minimum: -1, maximum: 1 }), measured: Text }, strict),
    ),
    confidence: Type.Optional(
      Type.Object(
        {
          doubtful: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
          usual: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
          measured: Text,
        },
        {
          ...strict,
          description:
            "a detector's own scores: half of those near `doubtful` are true, `usual` is the true ones' median",
        },
      ),
    ),
    accuracy: Text,
  },
  strict,
);

const Catalogue = Type.Object(
  {
    preference: Type.Partial(Type.Record(Type.Enum([...TASKS]), Type.Array(Text, { minItems: 1 })), strict),
    models: Type.Array(Entry, { minItems: 1 }),
  },
  strict,
);

export type ModelEntry = Static<typeof Entry>;
export interface Catalogue {
  readonly models: readonly ModelEntry[];
  /** Names, best first. */
  readonly preference: Readonly<Partial<Record<Task, readonly string[]>>>;
}

/** A catalogue that was refused: every fault, each with its entry's name. */
export class CatalogueError extends Error {
  override readonly name = "CatalogueError";
  readonly faults: readonly string[];

  constructor(file: string, faults: readonly string[]) {
    super([`${file} is refused:`, ...faults].join("\n  "));
    this.faults = faults;
  }
}

const validator = Compile(Catalogue);
const OWN = fileURLToPath(new URL("catalogue.yaml", import.meta.url));

/**
 * The product's catalogue with those of `NGATU_CATALOGUE=FILE[:FILE]` in front: their preferences come first, and a
 * name that the product has already is a fault. Throws {@link CatalogueError}.
 */
export function catalogueInForce(env: NodeJS.ProcessEnv = process.env): Catalogue {
  return catalogueFiles(env).reduceRight((below, file) => inFront(file, below), readCatalogue(OWN));
}

/** Files of catalogues that a site adds to the product's. */
export function catalogueFiles(env: NodeJS.ProcessEnv): string[] {
  return (env["NGATU_CATALOGUE"] ?? "").split(":").filter((file) => file !== "");
}

function inFront(file: string, below: Catalogue): Catalogue {
  const own = readCatalogue(file);
  const twice = own.models.filter(({ name }) => below.models.some((model) => model.name === name));
  if (twice.length > 0) {
    throw new CatalogueError(
      file,
      twice.map(({ name }) => `${name}: another catalogue has a model of that name`),
    );
  }
  const preference: Partial<Record<Task, readonly string[]>> = { ...below.preference };
  for (const task of TASKS) {
    const names = own.preference[task];
    if (names !== undefined) preference[task] = [...names, ...(below.preference[task] ?? [])];
  }
  return { models: [...own.models, ...below.models], preference };
}

/** Reads one catalogue. Throws {@link CatalogueError}. */
export function readCatalogue(file = OWN): Catalogue {
  if (!existsSync(file)) throw new CatalogueError(file, ["there is no such file"]);
  const value: unknown = parse(readFileSync(file, "utf8"));
  if (!validator.Check(value)) throw new CatalogueError(file, schemaFaults(value));
  const faults = value.models.flatMap((entry, index) => [
    ...(value.models.findIndex((other) => other.name === entry.name) < index
      ? [`${entry.name}: stands twice`]
      : []),
    ...(entry.sources === undefined && entry.import === undefined
      ? [`${entry.name}: neither sources nor import`]
      : []),
    ...(entry.confidence !== undefined && entry.confidence.usual <= entry.confidence.doubtful
      ? [`${entry.name}: confidence.usual (${entry.confidence.usual}) is not above confidence.doubtful`]
      : []),
  ]);
  for (const [task, names] of Object.entries(value.preference)) {
    for (const name of names) {
      const entry = value.models.find((model) => model.name === name);
      if (entry?.task !== task) faults.push(`preference.${task}: ${name} is no model for that task`);
    }
  }
  if (faults.length > 0) throw new CatalogueError(file, faults);
  return value;
}

function schemaFaults(value: unknown): string[] {
  const models = (value as { models?: { name?: unknown }[] } | null)?.models;
  return [...validator.Errors(value)].map(({ instancePath, message, params }) => {
    const index = /^\/models\/(\d+)/.exec(instancePath)?.[1];
    const name = index === undefined ? "" : `${String(models?.[Number(index)]?.name)}: `;
    return `${name}${instancePath.replace(/^\/models\/\d+\/?/, "")} ${message} ${JSON.stringify(params)}`.trim();
  });
}
