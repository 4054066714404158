// A package from the box's key to the court's check: registered, named, uploaded, countersigned, decided, handed out, verified.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { checkEvidence } from "../../../cli/evidence/check.ts";
import {
  createWorld,
  type SamplePackage,
  sampleChain,
  type SampleWorld,
} from "../../../cli/bench/evidence/sample-chain.ts";
import { temporarySigning } from "../../../config/signing-key.ts";
import { KeyRing, readKeyRing } from "../../../contract/evidence/key-ring.ts";
import type { Signing } from "../../../contract/evidence/signing.ts";
import { webChecker } from "../../../contract/evidence/web-checker.ts";
import { KeyRegistration } from "../../../edge/outbox/key-registration.ts";
import { passwords } from "../../../server/broker-files.ts";
import { Arrivals } from "../../../server/evidence/arrivals.ts";
import { registerBoxKey } from "../../../server/evidence/key-desk.ts";
import { Notary } from "../../../server/evidence/notary.ts";
import { EvidenceReceiver } from "../../../server/evidence/receiver.ts";
import { Vault } from "../../../server/evidence/vault.ts";
import { markArrived } from "../../../server/store/evidence.ts";
import { findKeys, registerKey, revokeKey } from "../../../server/store/evidence-keys.ts";
import { createRandom } from "../../scenario/random.ts";
import { startApi, type TestApi } from "../api/start-api.ts";
import { exampleEvent, store } from "../example.ts";
import { quiet, temporaryFolder } from "../temporary.ts";

const BOX = "hop-so-1";
const folder = temporaryFolder();
const vault = new Vault(join(folder.path, "vault"));
const passwordFile = join(folder.path, "box.password");
let api: TestApi;
let world: SampleWorld;
let receiver: EvidenceReceiver;
let notary: Notary;

beforeAll(async () => {
  api = await startApi({ evidencePath: (sha256) => vault.path(sha256) });
  world = await createWorld();
  writeFileSync(passwordFile, "of-this-box-alone", { mode: 0o600 });
  writeFileSync(join(folder.path, "passwords"), passwords([{ name: BOX, password: "of-this-box-alone" }]));
  receiver = new EvidenceReceiver({
    config: { data: "unused here", passwords_file: join(folder.path, "passwords"), listen: { port: 0 } },
    vault,
    arrivals: new Arrivals({ db: api.db, vault, cases: api.repositories.cases, feed: api.feed }),
    registerKey: (box, body) => registerBoxKey(api.db, box, body),
    log: quiet,
  });
  await receiver.start();
  // Its own loop stands still: the test says when it works.
  notary = new Notary({
    db: api.db,
    vault,
    signing: world.server,
    name: "may-chu-1",
    everyMs: 3_600_000,
    log: quiet,
  });
  await notary.start();
});
afterAll(async () => {
  await notary.stop();
  await receiver.stop();
  await api.close();
  folder.remove();
});

async function register(signing: Signing, previous?: Signing): Promise<boolean> {
  let known = false;
  const registration = new KeyRegistration({
    server: { url: receiver.url, box: BOX, passwordFile },
    ...{ signing, previous, retryMs: 3_600_000, log: quiet },
    onRegistered: () => {
      known = true;
      return Promise.resolve();
    },
  });
  const asked = vi.waitFor(() => expect(known).toBe(true), { timeout: 1_500, interval: 20 });
  registration.start();
  await asked.catch(() => undefined);
  await registration.stop();
  return known;
}

const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** A case and the event of its package, both stored; the files in the vault, as if uploaded. */
async function deliver(
  seed: string,
  change: (files: SamplePackage) => void = () => undefined,
): Promise<string> {
  const { packages, facts } = await sampleChain(world, createRandom(seed), { packages: 1, clipBytes: 5_000 });
  const [files, [fact]] = [packages[0], facts];
  if (files === undefined || fact === undefined) throw new Error("no sample");
  for (const name of files.keys()) if (/^(receipt|addition)/.test(name)) files.delete(name);
  change(files);
  const { id } = fact.event;
  const listed = [...files].map(([name, bytes]) => ({
    ...{ name, bytes: bytes.length, sha256: sha256Of(bytes) },
    media_type: "application/octet-stream",
  }));
  const told = exampleEvent("vn.ngatu.evidence.v1", "nga-tu", {
    ...{ case: id, manifest_sha256: sha256Of(files.get("manifest.json") ?? new Uint8Array()), files: listed },
  });
  // The package's event may come before its case's.
  await store(api.db, [told], api.feed);
  await store(
    api.db,
    [{ ...exampleEvent("vn.ngatu.traffic.case.v1", "nga-tu", { rule: "red-light" }), id }],
    api.feed,
  );
  for (const bytes of files.values()) {
    const path = vault.path(sha256Of(bytes));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    await markArrived(api.db, BOX, sha256Of(bytes));
  }
  return id;
}

async function download(id: string): Promise<{ status: number; path: string }> {
  const answer = await api.inject({ url: `/api/v1/cases/${id}/package` });
  const path = join(folder.path, `${id}.tar`);
  writeFileSync(path, answer.rawPayload);
  return { status: answer.statusCode, path };
}

async function trusted() {
  const answer = await api.inject({ url: "/api/v1/evidence/keys" });
  return readKeyRing(answer.rawPayload, "keys.json");
}

describe("a box's key", () => {
  test("is taken over the box's own channel, and taken again without a word", async () => {
    expect(await register(world.box)).toBe(true);
    expect(await register(world.box)).toBe(true);
    const known = (await findKeys(api.db)).filter(({ owner }) => owner === "box");
    expect(known).toMatchObject([{ key: world.box.signer.key, name: BOX }]);
  });

  test("that is a box's first holds for what the box signed before it reached the server", async () => {
    const ring = new KeyRing(await findKeys(api.db));
    ring.admit(world.box.signer, { owner: "box", name: BOX, at: "2026-01-01T00:00:00.000Z" });
  });

  test("is refused under the name of another box, whose own key stays in force", async () => {
    const own = await temporarySigning();
    const signedBy = () => Promise.resolve(true);
    expect(await registerKey(api.db, "box", "hop-so-2", own.signer, signedBy)).toBe("registered");
    expect(await registerKey(api.db, "box", "hop-so-2", world.box.signer, signedBy)).toBe("taken");
    expect(await registerKey(api.db, "box", "hop-so-3", world.box.signer, signedBy)).toBe("taken");
    const [key] = (await findKeys(api.db)).filter(({ name }) => name === "hop-so-2");
    expect(key?.until).toBeUndefined();
  });

  test("is not replaced by one that it has not signed, and is by one that it has", async () => {
    const thief = await temporarySigning();
    expect(await register(thief)).toBe(false);
    expect(await register(thief, await temporarySigning())).toBe(false);
    const successor = await temporarySigning();
    expect(await register(successor, world.box)).toBe(true);
    const keys = await findKeys(api.db);
    expect(keys.find(({ key }) => key === world.box.signer.key)?.until).toBeDefined();
    // Set back: the samples below are signed by the first key.
    await api.db.deleteFrom("evidenceKeys").where("key", "=", successor.signer.key).execute();
    await api.db
      .updateTable("evidenceKeys")
      .set({ validUntil: null, validFrom: new Date("2026-01-01T00:00:00Z") })
      .execute();
  });
});

describe("a package", () => {
  test("is countersigned, carries the officer's decision, and verifies with the server's list of keys", async () => {
    const id = await deliver("whole");
    await notary.work();
    const decided = await api.inject({
      method: "POST",
      url: `/api/v1/cases/${id}/decision`,
      payload: { decision: "confirm" },
    });
    expect(decided.statusCode).toBe(200);
    await notary.work();
    const { status, path } = await download(id);
    expect(status).toBe(200);
    const verdict = await checkEvidence([path], {
      checker: webChecker,
      keys: await trusted(),
      nowMs: Date.now(),
    });
    expect(verdict).toMatchObject({
      ok: true,
      packages: [{ receipt: { box: BOX }, additions: [{ number: 1, case: id, decision: "confirm" }] }],
    });
    // Working again adds nothing.
    await notary.work();
    expect(
      (await api.repositories.evidence.parts(id))?.filter(({ name }) => name.startsWith("addition")),
    ).toHaveLength(2);
  });

  test("that does not hold gets no receipt, and the reason is kept", async () => {
    const id = await deliver("forged", (files) => {
      const manifest = Buffer.from(files.get("manifest.json") ?? []).toString("utf8");
      files.set("manifest.json", Buffer.from(manifest.replace('"+07:00"', '"+08:00"')));
    });
    await notary.work();
    const faults = await api.db.selectFrom("evidenceFaults").selectAll().where("caseId", "=", id).execute();
    expect(faults).toMatchObject([{ fault: "field manifest.json: utc_offset: is not what the box signed" }]);
    expect(await api.repositories.evidence.parts(id)).not.toContainEqual(
      expect.objectContaining({ name: "receipt.json" }),
    );
  });

  test("of a key that was revoked waits without receipt, and one received before still verifies", async () => {
    const before = await deliver("before");
    await notary.work();
    const { path } = await download(before);
    expect(await revokeKey(api.db, world.box.signer.key, new Date(), "stolen")).toBe(true);
    const after = await deliver("after");
    await notary.work();
    const options = { checker: webChecker, keys: await trusted(), nowMs: Date.now() };
    expect(await checkEvidence([path], options)).toMatchObject({ ok: true });
    expect((await api.repositories.evidence.parts(after))?.some(({ name }) => name === "receipt.json")).toBe(
      false,
    );
  });

  test("is not handed out while a file of it is on its way, nor where there is none", async () => {
    const id = await deliver("late");
    await api.db
      .updateTable("evidenceFiles")
      .set({ arrivedAt: null })
      .where("mediaType", "=", "application/octet-stream")
      .execute();
    expect((await download(id)).status).toBe(404);
  });
});
