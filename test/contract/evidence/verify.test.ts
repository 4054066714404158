// A verdict names the first thing that fails: the file, the field, the link or the key.
import { beforeAll, describe, expect, test } from "vitest";
import {
  createWorld,
  type SampleChain,
  type SamplePackage,
  sampleChain,
  type SampleWorld,
} from "../../../cli/bench/evidence/sample-chain.ts";
import { temporarySigning } from "../../../config/signing-key.ts";
import { decodeCanonical, encodeCanonical } from "../../../contract/evidence/canonical-json.ts";
import { readHead, verifyChain } from "../../../contract/evidence/chain.ts";
import { EvidenceFault } from "../../../contract/evidence/fault.ts";
import { signAddition } from "../../../contract/evidence/endorse.ts";
import { KeyRing } from "../../../contract/evidence/key-ring.ts";
import { sealManifest } from "../../../contract/evidence/seal.ts";
import { type PackageFiles, type VerifiedPackage, verifyPackage } from "../../../contract/evidence/verify.ts";
import { webChecker } from "../../../contract/evidence/web-checker.ts";
import { createRandom } from "../../scenario/random.ts";

let world: SampleWorld;
let chain: SampleChain;

beforeAll(async () => {
  world = await createWorld();
  chain = await sampleChain(world, createRandom("verify"), { packages: 4, clipBytes: 2_000 });
});

function sample(index: number): SamplePackage {
  const files = chain.packages[index];
  if (files === undefined) throw new Error(`no sample ${index}`);
  return new Map(files);
}

function lying(files: SamplePackage): PackageFiles {
  return new Map(
    [...files].map(([name, bytes]) => [name, { bytes: bytes.length, read: () => Promise.resolve(bytes) }]),
  );
}

async function verify(
  files: SamplePackage,
  keys: KeyRing | undefined = world.keys,
): Promise<VerifiedPackage> {
  return await verifyPackage(lying(files), { checker: webChecker, keys, nowMs: Date.now() });
}

async function faultOf(work: Promise<unknown>): Promise<Pick<EvidenceFault, "part" | "where" | "text">> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof EvidenceFault)) throw new Error(`no fault, but ${String(error)}`);
  const { part, where, text } = error;
  return { part, where, text };
}

/** The manifest written anew, canonically, with one change. */
function edited(files: SamplePackage, change: (manifest: Record<string, never>) => void): SamplePackage {
  const manifest = structuredClone(decodeCanonical(files.get("manifest.json") ?? new Uint8Array(), ""));
  change(manifest as Record<string, never>);
  return files.set("manifest.json", encodeCanonical(manifest));
}

describe("one package", () => {
  test("tells what it holds: the manifest, when a server saw it, and what was decided", async () => {
    const { manifest, receipt, additions } = await verify(sample(0));
    expect(manifest.event.data).toMatchObject({ rule: "red-light" });
    expect(Date.parse(receipt?.received_at ?? "")).toBeGreaterThan(Date.parse(manifest.made_at));
    expect(additions[0]).toMatchObject({ decision: "confirm", by: "can-bo-7", number: 1 });
  });

  test("names the field that was changed, however deep it lies", async () => {
    const fields: [string, (manifest: Record<string, Record<string, Record<string, unknown>>>) => void][] = [
      ["clocks.box.offset_ms", (manifest) => ((manifest["clocks"]?.["box"] ?? {})["offset_ms"] = 0)],
      ["place.latitude", (manifest) => ((manifest["place"] as Record<string, unknown>)["latitude"] = 11)],
      [
        "event.data.plate.text",
        (manifest) =>
          (((manifest["event"]?.["data"] ?? {})["plate"] as Record<string, unknown>)["text"] = "61B199999"),
      ],
      ["utc_offset", (manifest) => ((manifest as Record<string, unknown>)["utc_offset"] = "+08:00")],
    ];
    for (const [name, change] of fields)
      expect(await faultOf(verify(edited(sample(0), change as never)))).toEqual({
        part: "field",
        where: `manifest.json: ${name}`,
        text: "is not what the box signed",
      });
  });

  test("names a field that no manifest may have so", async () => {
    const files = edited(
      sample(0),
      (manifest) => ((manifest as Record<string, unknown>)["made_at"] = "yesterday"),
    );
    expect(await faultOf(verify(files))).toMatchObject({ part: "field", where: "manifest.json: made_at" });
  });

  test("names the file whose bytes are not those that were signed, also where only its length fits", async () => {
    const files = sample(0);
    const clip = Uint8Array.from(files.get("clip.mp4") ?? []);
    clip[1_000] = (clip[1_000] ?? 0) ^ 1;
    expect(await faultOf(verify(files.set("clip.mp4", clip)))).toMatchObject({
      part: "file",
      where: "clip.mp4",
    });
    const cut = sample(0);
    cut.set("clip.mp4", clip.slice(0, 900));
    expect(await faultOf(verify(cut))).toMatchObject({
      where: "clip.mp4",
      text: "900 bytes, and the manifest says 2000",
    });
  });

  test("has no room for what nobody signed", async () => {
    expect(await faultOf(verify(sample(0).set("note.txt", Uint8Array.of(1))))).toEqual({
      part: "file",
      where: "note.txt",
      text: "is not in the manifest",
    });
  });

  test("is not believed when whoever signed it is not in the reader's list, and only then", async () => {
    const stranger = await temporarySigning();
    const [facts] = chain.facts;
    if (facts === undefined) throw new Error("no sample");
    const files = sample(0);
    for (const name of files.keys()) if (/^(receipt|addition)/.test(name)) files.delete(name);
    for (const { name, bytes } of (await sealManifest(facts, stranger, webChecker)).documents)
      files.set(name, bytes);
    expect(await faultOf(verify(files))).toMatchObject({
      part: "key",
      where: stranger.signer.key.slice(0, 16),
    });
    await expect(
      verifyPackage(lying(files), { checker: webChecker, keys: undefined, nowMs: Date.now() }),
    ).resolves.toMatchObject({
      manifest: { signer: stranger.signer },
    });
  });

  test("a decision that was taken out leaves a gap, and one of another case doesn't fit", async () => {
    const two = chain.packages.findIndex((files) => files.has("addition-2.json"));
    const gap = sample(two);
    gap.delete("addition-1.json");
    gap.delete("addition-1.sig");
    expect((await faultOf(verify(gap))).where).toBe("addition-2.json");
    const other = sample(0);
    for (const name of ["addition-1.json", "addition-1.sig"])
      other.set(name, sample(1).get(name) ?? new Uint8Array());
    expect(await faultOf(verify(other))).toMatchObject({ part: "link", where: "addition-1.json" });
  });

  test("a decision that a server's newer key signed later holds, and not when it says that it was signed before", async () => {
    const files = sample(0);
    for (const name of files.keys()) if (name.startsWith("addition-")) files.delete(name);
    const { manifest } = await verify(files);
    const newer = await temporarySigning();
    const keys = new KeyRing([
      { ...world.box.signer, owner: "box", name: manifest.box, from: "2020-01-01T00:00:00Z" },
      { ...world.server.signer, owner: "server", name: "a", from: "2020-01-01T00:00:00Z" },
      { ...newer.signer, owner: "server", name: "b", from: new Date().toISOString() },
    ]);
    const { receipt } = await verify(files, keys);
    const decided = {
      ...{ case: manifest.event.id, number: 1, decision: "confirm", by: "can-bo-7" },
      at: receipt?.received_at ?? "",
      previous: await webChecker.sha256(files.get("receipt.json") ?? new Uint8Array()),
    };
    for (const signedAt of [new Date().toISOString(), decided.at]) {
      for (const { name, bytes } of await signAddition({ ...decided, signed_at: signedAt }, newer))
        files.set(name, bytes);
      const verified = verify(files, keys);
      if (signedAt === decided.at) expect((await faultOf(verified)).part).toBe("key");
      else expect((await verified).additions).toHaveLength(1);
    }
  });

  test("canonical form is part of the form: the same content otherwise written is another document", async () => {
    const files = sample(0);
    const manifest: unknown = JSON.parse(new TextDecoder().decode(files.get("manifest.json")));
    files.set("manifest.json", new TextEncoder().encode(JSON.stringify(manifest, undefined, 1)));
    expect((await faultOf(verify(files))).text).toContain("not in canonical form");
  });
});

describe("a chain", () => {
  async function links(order: readonly number[]) {
    return await Promise.all(
      order.map(async (index) => ({ name: `case-${index + 1}`, verified: await verify(sample(index)) })),
    );
  }
  async function faultOfChain(order: readonly number[]) {
    const held = await links(order);
    return await faultOf(Promise.resolve().then(() => verifyChain(held)));
  }
  const head = async () => {
    const [document, signature] = chain.head;
    if (document === undefined || signature === undefined) throw new Error("no head");
    const both = { bytes: document.bytes, signature: signature.bytes };
    return await readHead(both, { checker: webChecker, keys: world.keys, nowMs: Date.now() });
  };

  test("holds in whatever order its packages are given", async () => {
    verifyChain(await links([2, 0, 3, 1]), await head());
  });

  test("names the link that is missing, the one that comes twice, and the end that was cut off", async () => {
    expect(await faultOfChain([0, 1, 3])).toEqual({
      part: "link",
      where: "case-4",
      text: "link 3 is missing before it",
    });
    expect(await faultOfChain([0, 1, 1, 2])).toMatchObject({
      part: "link",
      text: "is the package of case-2 once more",
    });
    const cut = await links([0, 1, 2]);
    const known = await head();
    expect(() => verifyChain(cut, known)).toThrow("the chain goes on to link 4");
    const late = await links([1, 2, 3]);
    expect(() => verifyChain(late, known)).toThrow("link 1 is missing before it");
  });
});
