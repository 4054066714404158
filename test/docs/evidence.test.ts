// The worked example of docs/evidence.md is repeated as a reader would: with a shell, openssl and sha256sum, on a package of ours.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { createWorld, sampleChain, type SampleWorld } from "../../cli/bench/evidence/sample-chain.ts";
import { createRandom } from "../scenario/random.ts";
import { temporaryFolder } from "../server/temporary.ts";

const text = readFileSync(join(import.meta.dirname, "../../docs/evidence.md"), "utf8");
const script = /```sh\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
const root = temporaryFolder();
let folder = "";
let world: SampleWorld;
let number = 0;

beforeEach(async () => {
  world = await createWorld();
  const { packages } = await sampleChain(world, createRandom("court"), { packages: 1, clipBytes: 9_000 });
  folder = join(root.path, String(number++));
  mkdirSync(folder);
  for (const [name, bytes] of packages[0] ?? []) writeFileSync(join(folder, name), bytes);
});
afterAll(() => root.remove());

function repeat(): string {
  return execFileSync("sh", ["-e", "-c", script], { cwd: folder, encoding: "utf8", stdio: "pipe" });
}

test("it says what the page promises: the key's name, the signature, and OK for each file", () => {
  const said = repeat();
  expect(said).toContain("Signature Verified Successfully");
  expect(said).toContain(world.box.signer.key);
  const listed = (
    JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as { files: { name: string }[] }
  ).files;
  expect(said.match(/^.*: OK$/gm)).toEqual(listed.map(({ name }) => `${name}: OK`));
});

test("it fails on a manifest with one letter changed, and on a file with one byte changed", () => {
  const manifest = readFileSync(join(folder, "manifest.json"), "utf8");
  writeFileSync(join(folder, "manifest.json"), manifest.replace("Ngã tư Số 1", "Ngã tư Số 2"));
  expect(repeat).toThrow();
  writeFileSync(join(folder, "manifest.json"), manifest);
  expect(repeat()).toContain("clip.mp4: OK");
  const clip = readFileSync(join(folder, "clip.mp4"));
  clip[4_000] = (clip[4_000] ?? 0) ^ 1;
  writeFileSync(join(folder, "clip.mp4"), clip);
  expect(repeat).toThrow(/clip\.mp4: FAILED|did NOT match/);
});
