// Packages that are none: what a forger or a broken disk may hand a reader is refused by name, quickly, and nothing of it is followed.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { checkEvidence } from "../../../cli/evidence/check.ts";
import type { Verdict } from "../../../contract/evidence/verdict.ts";
import {
  createWorld,
  type SampleChain,
  sampleChain,
  type SampleWorld,
} from "../../../cli/bench/evidence/sample-chain.ts";
import { KeyRing, type TrustedKey } from "../../../contract/evidence/key-ring.ts";
import { tarEnd, tarHeader, tarPadding } from "../../../contract/evidence/tar.ts";
import { webChecker } from "../../../contract/evidence/web-checker.ts";
import { createRandom } from "../../scenario/random.ts";

const root = mkdtempSync(join(tmpdir(), "ngatu-bad-package-"));
let world: SampleWorld;
let chain: SampleChain;
let folder = "";
let number = 0;

beforeAll(async () => {
  world = await createWorld();
  chain = await sampleChain(world, createRandom("bad"), { packages: 2, clipBytes: 2_000 });
});
beforeEach(() => {
  folder = join(root, `package-${number++}`);
  mkdirSync(folder);
  for (const [name, bytes] of files()) writeFileSync(join(folder, name), bytes);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function files(): Map<string, Uint8Array> {
  const [first] = chain.packages;
  if (first === undefined) throw new Error("no sample");
  return new Map(first);
}

async function check(path = folder, nowMs = Date.now(), keys = world.keys): Promise<Verdict> {
  return await checkEvidence([path], { checker: webChecker, keys, nowMs });
}

function archive(entries: readonly { header: Uint8Array; bytes: Uint8Array }[]): string {
  const file = join(root, `archive-${number++}.tar`);
  const blocks = entries.flatMap(({ header, bytes }) => [header, bytes, tarPadding(bytes.length)]);
  writeFileSync(file, Buffer.concat([...blocks, tarEnd()]));
  return file;
}

const plain = (path: string, bytes: Uint8Array = Uint8Array.of(1)) => ({
  header: tarHeader(path, bytes.length, 0),
  bytes,
});

/** A header with bytes of its own in place, and a right sum. */
function altered(path: string, at: number, value: string | Uint8Array, size = 0): Uint8Array {
  const header = tarHeader(path, size, 0);
  header.set(typeof value === "string" ? new TextEncoder().encode(value) : value, at);
  header.set(new TextEncoder().encode(" ".repeat(8)), 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  return header;
}

test("the package that the others are made of holds, as a folder and as an archive", async () => {
  expect(await check()).toMatchObject({ ok: true });
  expect(await check(archive([...files()].map(([name, bytes]) => plain(name, bytes))))).toMatchObject({
    ok: true,
  });
  const within = [...files()].map(([name, bytes]) => plain(`./case-1/${name}`, bytes));
  expect(await check(archive(within))).toMatchObject({ ok: true });
});

test.each(["../../etc/passwd", "/etc/passwd", "case/../../x.jpg", "..\\x.jpg"])(
  "%s climbs out of the archive",
  async (path) => {
    expect(await check(archive([plain(path)]))).toMatchObject({
      ok: false,
      part: "package",
      text: expect.stringContaining("leads out of the package") as string,
    });
  },
);

test("an archive with a symbolic link, a hard link or a device is refused", async () => {
  for (const [type, text] of [
    ["2", "a symbolic link"],
    ["1", "a hard link"],
    ["3", "an entry of type"],
  ] as const) {
    const link = { header: altered("still.jpg", 156, type), bytes: new Uint8Array() };
    expect(await check(archive([link]))).toMatchObject({
      ok: false,
      text: expect.stringContaining(text) as string,
    });
  }
});

test("an archive that names a file twice is refused, whatever the two hold", async () => {
  const twice = [...files()].map(([name, bytes]) => plain(name, bytes));
  expect(await check(archive([...twice, ...twice.slice(0, 1)]))).toMatchObject({
    ok: false,
    text: "still-1-before.jpg occurs twice",
  });
});

test("a claim of 10 GB is refused before anything of it is read", async () => {
  const claim = { header: altered("clip.mp4", 124, "112402762000"), bytes: new Uint8Array(512) };
  expect(await check(archive([claim]))).toMatchObject({
    ok: false,
    text: expect.stringContaining("claims 10000000000 bytes") as string,
  });
});

test("a file of 10 GB in a folder is not read: the manifest says how long it is", async () => {
  truncateSync(join(folder, "clip.mp4"), 10_000_000_000);
  expect(await check()).toMatchObject({
    ok: false,
    where: "clip.mp4",
    text: "10000000000 bytes, and the manifest says 2000",
  });
});

test("10,000 files are no package, in a folder or in an archive", async () => {
  for (let index = 0; index < 10_000; index++) writeFileSync(join(folder, `f${index}.jpg`), "");
  expect(await check()).toMatchObject({
    ok: false,
    text: expect.stringContaining("more than 128") as string,
  });
  const many = Array.from({ length: 10_000 }, (_, index) => plain(`f${index}.jpg`, new Uint8Array()));
  expect(await check(archive(many))).toMatchObject({
    ok: false,
    text: expect.stringContaining("more than") as string,
  });
});

test("a symbolic link in a folder is not followed", async () => {
  rmSync(join(folder, "still-2-at.jpg"));
  symlinkSync("/etc/hostname", join(folder, "still-2-at.jpg"));
  expect(await check()).toMatchObject({ ok: false, where: "still-2-at.jpg", text: "is a symbolic link" });
});

test("invalid UTF-8 is named: in a name, and in the manifest", async () => {
  const name = { header: altered("x", 0, Uint8Array.of(0xc3, 0x28)), bytes: new Uint8Array() };
  expect(await check(archive([name]))).toMatchObject({ ok: false, text: "a file's name is not valid UTF-8" });
  writeFileSync(join(folder, "manifest.json"), Uint8Array.of(0x7b, 0xff, 0x7d));
  expect(await check()).toMatchObject({ ok: false, where: "manifest.json", text: "not valid UTF-8" });
});

test("a manifest of the future is refused by its own time", async () => {
  const manifest = Date.parse(chain.facts[0]?.made_at ?? "");
  expect(await check(folder, manifest - 3_600_000)).toMatchObject({
    ok: false,
    part: "field",
    where: "manifest.json: made_at",
  });
  expect(await check(folder, manifest + 24 * 3_600_000)).toMatchObject({ ok: true });
});

test("what a key signed before it was revoked holds, what it signed afterwards does not", async () => {
  const madeMs = Date.parse(chain.facts[0]?.made_at ?? "");
  const ring = (revokedMs: number): KeyRing => {
    const from = new Date(madeMs - 24 * 3_600_000).toISOString();
    const keys: TrustedKey[] = [
      {
        ...{ ...world.box.signer, owner: "box", name: "hop-so-1", from },
        ...{ revoked_at: new Date(revokedMs).toISOString(), reason: "stolen" },
      },
      { ...world.server.signer, owner: "server", name: "may-chu-1", from },
    ];
    return new KeyRing(keys);
  };
  const day = 24 * 3_600_000;
  expect(await check(folder, Date.now(), ring(madeMs + day))).toMatchObject({ ok: true });
  expect(await check(folder, Date.now(), ring(madeMs - 1))).toMatchObject({
    ok: false,
    part: "key",
    text: expect.stringContaining("before this was signed") as string,
  });
  // Signed before by its own word, but nobody saw it until afterwards: the thief may have set the clock back.
  expect(await check(folder, Date.now(), ring(madeMs + 1_000))).toMatchObject({
    ok: false,
    part: "key",
    text: expect.stringContaining("before anybody saw") as string,
  });
});

test("an empty folder, a text file and an archive cut short are no packages", async () => {
  const empty = join(root, "empty");
  mkdirSync(empty);
  expect(await check(empty)).toMatchObject({ ok: false, part: "package" });
  const text = join(root, "text.tar");
  writeFileSync(text, "no archive at all ".repeat(100));
  expect(await check(text)).toMatchObject({ ok: false, part: "package" });
  const cut = archive([...files()].map(([name, bytes]) => plain(name, bytes)));
  truncateSync(cut, 2_048);
  expect(await check(cut)).toMatchObject({ ok: false, part: "package" });
});

test("a manifest nested a hundred thousand deep is refused, not crashed on", async () => {
  writeFileSync(join(folder, "manifest.json"), `${"[".repeat(100_000)}${"]".repeat(100_000)}`);
  expect(await check()).toMatchObject({
    ok: false,
    where: "manifest.json",
    text: expect.stringContaining("nested") as string,
  });
});
