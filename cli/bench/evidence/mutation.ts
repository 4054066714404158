// The ways in which evidence is altered: each takes a chain that holds and gives one that must not.
import { decodeCanonical, encodeCanonical } from "../../../contract/evidence/canonical-json.ts";
import {
  additionName,
  FIELDS,
  HEAD,
  MANIFEST,
  RECEIPT,
  signatureOf,
} from "../../../contract/evidence/names.ts";
import { sealManifest, type UnsignedManifest } from "../../../contract/evidence/seal.ts";
import { webChecker } from "../../../contract/evidence/web-checker.ts";
import { temporarySigning } from "../../../config/signing-key.ts";
import type { Random } from "../../../test/scenario/random.ts";
import { type SampleChain, type SamplePackage, type SampleWorld, sampleChain } from "./sample-chain.ts";

/** A chain as it lies on a disk: packages by the name of their folder, and what lies beside them. */
export interface Lying {
  readonly packages: Map<string, SamplePackage>;
  readonly beside: SamplePackage;
}

export interface MutationContext {
  readonly world: SampleWorld;
  readonly chain: SampleChain;
  readonly lying: Lying;
  readonly random: Random;
  /** Grows from one mutation of a class to the next: picks another field or file each time. */
  readonly turn: number;
}

/** Changes `lying` in place. */
export type Mutation = (context: MutationContext) => void | Promise<void>;

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  "a bit of a file": flipBit,
  "a file cut short": (context) => replace(context, (bytes) => bytes.slice(0, -1 - (context.turn % 40))),
  "a byte more": (context) => replace(context, (bytes) => Uint8Array.of(...bytes, 0)),
  "a clip cut short": (context) => {
    const { files } = somePackage(context);
    const clip = files.get("clip.mp4") ?? new Uint8Array();
    files.set("clip.mp4", clip.slice(0, context.random.integer(1, clip.length - 1)));
  },
  "a file missing": (context) => void somePackage(context).files.delete(someFile(context)),
  "a file added": (context) =>
    void somePackage(context).files.set(`still-${context.turn}.jpg`, Uint8Array.of(1)),
  "a file under another name": (context) => {
    const { files } = somePackage(context);
    const name = someFile(context);
    files.set(`renamed-${name}`, files.get(name) ?? new Uint8Array());
    files.delete(name);
  },
  "two files exchanged": (context) => {
    const { files } = somePackage(context);
    swap(files, "still-1-before.jpg", "still-3-after.jpg");
  },
  "a field of the manifest": (context) => changeField(context, MANIFEST),
  "a field of the field hashes": (context) => changeField(context, FIELDS),
  "a field of the receipt": (context) => changeField(context, RECEIPT),
  "a field of a decision": (context) => changeField(context, additionName(1)),
  "a field taken out": (context) => removeField(context, MANIFEST),
  "a field put in": (context) => edit(context, MANIFEST, (value) => void (value["note"] = "approved")),
  "a byte of a document": (context) =>
    flipIn(context, pick(context, [MANIFEST, FIELDS, RECEIPT, additionName(1)])),
  "a byte of a signature": (context) =>
    flipIn(context, signatureOf(pick(context, [MANIFEST, FIELDS, RECEIPT, additionName(1)]))),
  "another time zone": (context) => changeZone(context),
  "documents of two packages exchanged": (context) => exchangeDocuments(context),
  "decisions of two cases exchanged": (context) => exchangeAdditions(context),
  "a package dropped": ({ lying, turn }) => void lying.packages.delete(nth(lying.packages.keys(), turn)),
  "a package of another chain put in": async ({ world, lying, random }) => {
    const other = await sampleChain(world, random, { packages: 2, clipBytes: 2_000 });
    const inserted = other.packages[random.integer(0, 1)];
    if (inserted !== undefined) lying.packages.set("case-inserted", inserted);
  },
  "a package once more": (context) => {
    const { files } = somePackage(context);
    context.lying.packages.set("case-again", new Map(files));
  },
  "an earlier package in a later one's place": ({ lying, turn }) => {
    const names = [...lying.packages.keys()];
    const at = 1 + (turn % (names.length - 1));
    lying.packages.set(names[at] ?? "", new Map(lying.packages.get(names[at - 1] ?? "")));
  },
  "a forged package in another's place": (context) => forge(context),
  "signed anew with another key": (context) => resign(context),
  "the head of the chain": ({ lying, random }) => {
    const bytes = lying.beside.get(HEAD) ?? new Uint8Array();
    lying.beside.set(HEAD, flipped(bytes, random));
  },
};

function somePackage({ lying, turn }: MutationContext): { name: string; files: SamplePackage } {
  const name = nth(lying.packages.keys(), turn);
  const files = lying.packages.get(name);
  if (files === undefined) throw new Error("a chain without packages");
  return { name, files };
}

/** Each of the package's files gets its turn. */
function someFile(context: MutationContext): string {
  const { files } = somePackage(context);
  return nth(
    [...files.keys()].filter((name) => !/\.sig$|^(manifest|fields|receipt|addition)/.test(name)),
    context.turn,
  );
}

function nth(names: Iterable<string>, turn: number): string {
  const all = [...names];
  return all[turn % all.length] ?? "";
}

function pick({ turn }: MutationContext, names: readonly string[]): string {
  return nth(names, turn);
}

function swap(files: SamplePackage, a: string, b: string): void {
  const [first, second] = [files.get(a), files.get(b)];
  if (first === undefined || second === undefined) throw new Error(`a sample package has ${a} and ${b}`);
  files.set(a, second).set(b, first);
}

function flipped(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = Uint8Array.from(bytes);
  const at = random.integer(0, changed.length - 1);
  changed[at] = (changed[at] ?? 0) ^ (1 << random.integer(0, 7));
  return changed;
}

function replace(context: MutationContext, change: (bytes: Uint8Array) => Uint8Array): void {
  const { files } = somePackage(context);
  const name = someFile(context);
  files.set(name, change(files.get(name) ?? new Uint8Array()));
}

function flipBit(context: MutationContext): void {
  replace(context, (bytes) => flipped(bytes, context.random));
}

function flipIn(context: MutationContext, name: string): void {
  const { files } = somePackage(context);
  files.set(name, flipped(files.get(name) ?? new Uint8Array(), context.random));
}

type Document = Record<string, unknown>;

/** The document written anew in canonical form, as a forger who knows the format would. */
function edit(context: MutationContext, name: string, change: (value: Document) => void): void {
  const { files } = somePackage(context);
  const value = structuredClone(decodeCanonical(files.get(name) ?? new Uint8Array(), name)) as Document;
  change(value);
  files.set(name, encodeCanonical(value));
}

/** The holders of the document's leaves, each with the leaf's key. */
function leavesOf(value: unknown): { holder: Document; key: string }[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Document;
  return Object.keys(holder).flatMap((key) => {
    const inner = leavesOf(holder[key]);
    return inner.length === 0 ? [{ holder, key }] : inner;
  });
}

function changeField(context: MutationContext, name: string): void {
  edit(context, name, (value) => {
    const leaves = leavesOf(value);
    const leaf = leaves[context.turn % leaves.length];
    if (leaf !== undefined) leaf.holder[leaf.key] = changedValue(leaf.holder[leaf.key], context.random);
  });
}

function removeField(context: MutationContext, name: string): void {
  edit(context, name, (value) => {
    const leaves = leavesOf(value).filter(({ holder }) => !Array.isArray(holder));
    const leaf = leaves[context.turn % leaves.length];
    if (leaf !== undefined) Reflect.deleteProperty(leaf.holder, leaf.key);
  });
}

function changedValue(value: unknown, random: Random): unknown {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (typeof value !== "string" || value === "") return "x";
  const at = random.integer(0, value.length - 1);
  const letter = value[at] ?? "";
  const other = /[0-9]/.test(letter) ? String((Number(letter) + 1) % 10) : letter === "a" ? "b" : "a";
  return value.slice(0, at) + other + value.slice(at + 1);
}

function changeZone(context: MutationContext): void {
  edit(context, MANIFEST, (value) => {
    const event = value["event"] as Document;
    const [first, ...rest]: [() => void, ...(() => void)[]] = [
      () => (value["utc_offset"] = "+08:00"),
      () => (event["time"] = String(event["time"]).replace("Z", "+07:00")),
      () => (value["made_at"] = new Date(Date.parse(String(value["made_at"])) + 7 * 3_600_000).toISOString()),
      () =>
        (value["local_time"] = String(value["local_time"]).replace(/ \d\d/, " 03").replace(/ 03:/, " 04:")),
    ];
    const ways = [first, ...rest];
    (ways[context.turn % ways.length] ?? first)();
  });
}

function exchangeDocuments({ lying, turn }: MutationContext): void {
  const names = [...lying.packages.keys()];
  const at = turn % (names.length - 1);
  const [one, two] = [lying.packages.get(names[at] ?? ""), lying.packages.get(names[at + 1] ?? "")];
  for (const document of [MANIFEST, FIELDS])
    for (const name of [document, signatureOf(document)]) exchange(one, two, name);
}

function exchangeAdditions({ lying, turn }: MutationContext): void {
  const names = [...lying.packages.keys()];
  const at = turn % (names.length - 1);
  const [one, two] = [lying.packages.get(names[at] ?? ""), lying.packages.get(names[at + 1] ?? "")];
  for (const name of [additionName(1), signatureOf(additionName(1))]) exchange(one, two, name);
}

function exchange(one: SamplePackage | undefined, two: SamplePackage | undefined, name: string): void {
  const [first, second] = [one?.get(name), two?.get(name)];
  if (one === undefined || two === undefined || first === undefined || second === undefined)
    throw new Error(`two sample packages have ${name}`);
  one.set(name, second);
  two.set(name, first);
}

/** Another manifest for the same link, signed by the box's own key: somebody has stolen it. */
async function forge(context: MutationContext): Promise<void> {
  const { world, chain, lying, turn } = context;
  const at = turn % chain.facts.length;
  const facts = chain.facts[at];
  const files = [...lying.packages.values()][at];
  if (facts === undefined || files === undefined) throw new Error("a sample chain has no such link");
  const track = { id: 7, class: "car" };
  const forged = { ...facts, event: { ...facts.event, data: { ...facts.event.data, track } } };
  for (const name of files.keys()) if (/^(receipt|addition)/.test(name)) files.delete(name);
  for (const { name, bytes } of (await sealManifest(forged, world.box, webChecker)).documents)
    files.set(name, bytes);
}

async function resign(context: MutationContext): Promise<void> {
  const { files, name } = somePackage(context);
  const at = [...context.lying.packages.keys()].indexOf(name);
  const facts: UnsignedManifest | undefined = context.chain.facts[at];
  if (facts === undefined) throw new Error("a sample chain has no such link");
  for (const file of files.keys()) if (/^(receipt|addition)/.test(file)) files.delete(file);
  const { documents } = await sealManifest(facts, await temporarySigning(), webChecker);
  for (const document of documents) files.set(document.name, document.bytes);
}
