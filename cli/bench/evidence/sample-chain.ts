// Chains of sealed packages as a box and a server make them, with pictures and films made of noise.
import { signAddition, signHead, signReceipt } from "../../../contract/evidence/endorse.ts";
import { KEYS_FORMAT, KeyRing, type TrustedKey } from "../../../contract/evidence/key-ring.ts";
import { NO_PREVIOUS } from "../../../contract/evidence/manifest.ts";
import { sealManifest, type UnsignedManifest } from "../../../contract/evidence/seal.ts";
import type { NamedBytes, Signing } from "../../../contract/evidence/signing.ts";
import { webChecker } from "../../../contract/evidence/web-checker.ts";
import { temporarySigning } from "../../../config/signing-key.ts";
import type { Random } from "../../../test/scenario/random.ts";

/** Files of one package by name. */
export type SamplePackage = Map<string, Uint8Array>;

export interface SampleChain {
  /** In the order of the chain. */
  readonly packages: readonly SamplePackage[];
  readonly facts: readonly UnsignedManifest[];
  readonly head: readonly NamedBytes[];
}

/** One box, one server, and what a reader was told of their keys. */
export interface SampleWorld {
  readonly box: Signing;
  readonly server: Signing;
  readonly keys: KeyRing;
}

const BORN = Date.UTC(2026, 5, 1);
const HOUR_MS = 3_600_000;

export async function createWorld(): Promise<SampleWorld> {
  const [box, server] = [await temporarySigning(), await temporarySigning()];
  const from = new Date(BORN).toISOString();
  const keys: TrustedKey[] = [
    { ...box.signer, owner: "box", name: "hop-so-1", from },
    { ...server.signer, owner: "server", name: "may-chu-1", from },
  ];
  return { box, server, keys: new KeyRing(keys) };
}

/** A keys file as a server gives it out. */
export function keyFileOf(keys: readonly TrustedKey[]): string {
  return JSON.stringify({ format: KEYS_FORMAT, keys }, undefined, 2);
}

export async function sampleChain(
  world: SampleWorld,
  random: Random,
  size: { readonly packages: number; readonly clipBytes: number },
): Promise<SampleChain> {
  const chain = { id: hex(random, 16) };
  const packages: SamplePackage[] = [];
  const every: UnsignedManifest[] = [];
  let previous = NO_PREVIOUS;
  for (let index = 1; index <= size.packages; index++) {
    const files = contentOf(random, size.clipBytes);
    const facts = await factsOf(random, { ...chain, index, previous }, files);
    const { documents, manifestSha256 } = await sealManifest(facts, world.box, webChecker);
    for (const { name, bytes } of documents) files.set(name, bytes);
    await endorse(files, facts, manifestSha256, world, random);
    packages.push(files);
    every.push(facts);
    previous = manifestSha256;
  }
  const head = await signHead(
    {
      ...{ box: "hop-so-1", chain: chain.id, first: 1, index: size.packages },
      ...{ manifest_sha256: previous, at: after(every.at(-1), 24) },
    },
    world.server,
  );
  return { packages, facts: every, head };
}

async function endorse(
  files: SamplePackage,
  facts: UnsignedManifest,
  manifestSha256: string,
  { server }: SampleWorld,
  random: Random,
): Promise<void> {
  const receipt = { box: facts.box, manifest_sha256: manifestSha256, received_at: after(facts, 0.01) };
  let [last, signature] = await signReceipt(receipt, server);
  files.set(last.name, last.bytes).set(signature.name, signature.bytes);
  const additions = random.integer(1, 3);
  for (let number = 1; number <= additions; number++) {
    [last, signature] = await signAddition(
      {
        ...{ case: facts.event.id, number, previous: await webChecker.sha256(last.bytes) },
        ...{ decision: "confirm", by: "can-bo-7", at: after(facts, number) },
      },
      server,
    );
    files.set(last.name, last.bytes).set(signature.name, signature.bytes);
  }
}

function contentOf(random: Random, clipBytes: number): SamplePackage {
  return new Map([
    ["still-1-before.jpg", noise(random, 1_200)],
    ["still-2-at.jpg", noise(random, 1_500)],
    ["still-3-after.jpg", noise(random, 900)],
    ["plate.jpg", noise(random, 300)],
    ["clip.mp4", noise(random, clipBytes)],
    ["track.json", new TextEncoder().encode(JSON.stringify([[0, random.integer(0, 1279), 300]]))],
  ]);
}

async function factsOf(
  random: Random,
  chain: UnsignedManifest["chain"],
  content: SamplePackage,
): Promise<UnsignedManifest> {
  const atMs = BORN + chain.index * HOUR_MS + random.integer(0, HOUR_MS / 2);
  const at = new Date(atMs).toISOString();
  const files = await Promise.all(
    [...content].map(async ([name, bytes]) => ({
      ...{ name, bytes: bytes.length, sha256: await webChecker.sha256(bytes) },
      media_type: name.endsWith(".mp4")
        ? "video/mp4"
        : name.endsWith(".jpg")
          ? "image/jpeg"
          : "application/json",
      ...(name.endsWith(".jpg") ? { shows: { moment: "at", t_ms: 12_040, at } } : {}),
    })),
  );
  return {
    made_at: new Date(atMs + 8_000).toISOString(),
    ...{ site: "binh-duong", box: "hop-so-1", camera: "nga-tu-so-1", software: "0.1.0" },
    chain,
    event: {
      ...{ id: `0197f2a4-1c00-7001-8000-${hex(random, 12)}`, type: "vn.ngatu.traffic.case.v1" },
      source: "/binh-duong/hop-so-1/nga-tu-so-1",
      ...{ subject: `nga-tu-so-1/red-light/${chain.index}`, time: at },
      ...{ epoch: hex(random, 16), sequence: chain.index * 7 },
      data: {
        ...{
          rule: "red-light",
          rule_version: 2,
          t_ms: 12_040,
          because: { crossed_ms: 11_200, signal: "red" },
        },
        plate: { text: "61B112345", display: "61B1-123.45", confidence: 0.97 },
        track: { id: random.integer(1, 900), class: "motorcycle" },
      },
    },
    place: { name: "Ngã tư Số 1", latitude: 10.9804, longitude: 106.6519, road: "Đại lộ Bình Dương" },
    local_time: localOf(atMs),
    utc_offset: "+07:00",
    device: { unit: "Đội CSGT số 1", serial: "NT-0001" },
    signal: { name: "north", state: "red", source: "lamps", since_red_s: 4.2 },
    clocks: {
      camera: { method: "rtcp", offset_ms: 3.5, uncertainty_ms: 20 },
      box: { method: "ntp", offset_ms: -0.8, uncertainty_ms: 4 },
    },
    hashes: { scene: hex(random, 64), configuration: hex(random, 64), models: { detector: hex(random, 64) } },
    originals: [{ of: "clip.mp4", bytes: 4_000_000, sha256: hex(random, 64) }],
    files,
    missing: [],
  };
}

function localOf(atMs: number): string {
  const local = new Date(atMs + 7 * HOUR_MS).toISOString();
  return `${local.slice(8, 10)}/${local.slice(5, 7)}/${local.slice(0, 4)} ${local.slice(11, 19)}`;
}

function after(facts: UnsignedManifest | undefined, hours: number): string {
  return new Date(Date.parse(facts?.made_at ?? "") + hours * HOUR_MS).toISOString();
}

/** Bytes that no file repeats; long ones repeat themselves after 64 KiB. */
function noise(random: Random, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const unique = Math.min(length, 65_536);
  for (let at = 0; at < unique; at++) bytes[at] = random.integer(0, 255);
  for (let at = unique; at < length; at += unique) bytes.copyWithin(at, 0, Math.min(unique, length - at));
  return bytes;
}

function hex(random: Random, digits: number): string {
  return Array.from({ length: digits }, () => random.integer(0, 15).toString(16)).join("");
}
