// Evidence from a box's disk into a server's vault: cut, forged, strange and early uploads over real HTTP and PostgreSQL.
import { createHash, randomBytes } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { UPLOAD_STATUS, uploadId } from "../../../contract/evidence.ts";
import { EvidenceStore } from "../../../edge/evidence/evidence-store.ts";
import { uploadOnce } from "../../../edge/outbox/upload.ts";
import { Uploader } from "../../../edge/outbox/uploader.ts";
import { passwords } from "../../../server/broker-files.ts";
import { Arrivals } from "../../../server/evidence/arrivals.ts";
import { registerBoxKey } from "../../../server/evidence/key-desk.ts";
import { EvidenceReceiver } from "../../../server/evidence/receiver.ts";
import { Vault } from "../../../server/evidence/vault.ts";
import type { Case } from "../../../server/api/schemas.ts";
import { startApi, type TestApi } from "../api/start-api.ts";
import { BOX, exampleEvent, store as storeEvents } from "../example.ts";
import { quiet, temporaryFolder } from "../temporary.ts";
import { CuttingWire } from "./cutting-wire.ts";

const PASSWORD = "of-this-box-alone";
const folder = temporaryFolder();
const vault = new Vault(join(folder.path, "vault"));
const passwordFile = join(folder.path, "box.password");
const strangeFile = join(folder.path, "strange.password");
let api: TestApi;
let receiver: EvidenceReceiver;
let store: EvidenceStore;
let uploader: Uploader | undefined;
let boxFolder: string;

beforeAll(async () => {
  api = await startApi({ evidencePath: (sha256) => vault.path(sha256) });
  writeFileSync(passwordFile, PASSWORD, { mode: 0o600 });
  writeFileSync(strangeFile, "guessed", { mode: 0o600 });
  writeFileSync(
    join(folder.path, "passwords"),
    passwords([
      { name: BOX, password: PASSWORD },
      { name: "hop-so-2", password: "guessed" },
    ]),
  );
  receiver = newReceiver();
  await receiver.start();
});
afterAll(async () => {
  await receiver.stop();
  await api.close();
  folder.remove();
});
beforeEach(async ({ task }) => {
  boxFolder = join(folder.path, task.id);
  store = new EvidenceStore({ folder: boxFolder });
  await store.start();
});
afterEach(async () => {
  await uploader?.stop();
  uploader = undefined;
});

function newReceiver(tls: { cert_file?: string; key_file?: string } = {}): EvidenceReceiver {
  return new EvidenceReceiver({
    config: {
      data: "unused here",
      passwords_file: join(folder.path, "passwords"),
      listen: { port: 0 },
      ...tls,
    },
    vault,
    arrivals: new Arrivals({ db: api.db, vault, cases: api.repositories.cases, feed: api.feed }),
    registerKey: (box, body) => registerBoxKey(api.db, box, body),
    log: quiet,
  });
}

function startUploader(url = receiver.url): Uploader {
  uploader = new Uploader({ store, server: { url, box: BOX, passwordFile }, retryMs: 5, log: quiet });
  uploader.start();
  return uploader;
}

const sha256Of = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

/** Stores a case whose event names the file, as ingest does. */
async function nameIt(content: Buffer, change: { bytes?: number; box?: string } = {}): Promise<string> {
  const file = {
    name: "still-at.jpg",
    media_type: "image/jpeg",
    bytes: change.bytes ?? content.length,
    sha256: sha256Of(content),
  };
  const event = exampleEvent("vn.ngatu.traffic.case.v1", "nga-tu", { rule: "red-light", evidence: [file] });
  await storeEvents(api.db, [event], api.feed);
  return event.id;
}

async function caseOf(id: string): Promise<Case> {
  return (await api.inject({ url: `/api/v1/cases/${id}` })).json<Case>();
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(10);
}

/** A JPEG as far as anybody looks. */
function picture(bytes: number): Buffer {
  const content = randomBytes(bytes);
  content[0] = 0xff;
  content[1] = 0xd8;
  return content;
}

function tryOnce(content: Buffer, as: { box?: string; sha256?: string; passwordFile?: string } = {}) {
  const address = { url: receiver.url, box: as.box ?? BOX, passwordFile: as.passwordFile ?? passwordFile };
  const file = { sha256: as.sha256 ?? sha256Of(content), content };
  return uploadOnce(address, file, AbortSignal.timeout(20_000));
}

test("an upload that is cut at a random byte 100 times arrives whole", async () => {
  const content = picture(16 * 1024 * 1024);
  const wire = new CuttingWire(Number(new URL(receiver.url).port), 100, () => Math.random() * 150_000);
  const port = await wire.start();
  const id = await nameIt(content);
  await store.keep(content);
  const running = startUploader(`http://127.0.0.1:${port}`);
  await until(() => running.figures.acknowledged === 1);
  await wire.stop();
  expect(wire.cuts).toBe(100);
  expect(sha256Of(readFileSync(vault.path(sha256Of(content))))).toBe(sha256Of(content));
  expect((await caseOf(id)).evidence[0]?.arrived_at).toBeDefined();
  expect(store.figures).toEqual({ files: 0, bytes: 0, refused: 0 });
  expect(readdirSync(vault.incoming)).toEqual([]);
});

test("a case says that its evidence is on its way, and shows it once it is here", async () => {
  const content = picture(20_000);
  const id = await nameIt(content);
  expect(await caseOf(id)).toMatchObject({
    still: false,
    evidence: [{ name: "still-at.jpg", bytes: 20_000 }],
  });
  expect((await caseOf(id)).evidence[0]).not.toHaveProperty("arrived_at");
  expect((await api.inject({ url: `/api/v1/cases/${id}/still` })).statusCode).toBe(404);
  expect((await api.inject({ url: `/api/v1/cases/${id}/evidence/still-at.jpg` })).statusCode).toBe(404);
  const told: boolean[] = [];
  const unsubscribe = api.feed.subscribe((message) => {
    if (message.kind === "case" && message.case.id === id)
      told.push(message.case.evidence[0]?.arrivedAt !== undefined);
  });
  await store.keep(content);
  startUploader();
  await until(() => told.length > 0);
  unsubscribe();
  expect(told).toEqual([true]);
  expect(await caseOf(id)).toMatchObject({ still: true });
  const still = await api.inject({ url: `/api/v1/cases/${id}/still` });
  expect(still.rawPayload).toEqual(content);
  const file = await api.inject({ url: `/api/v1/cases/${id}/evidence/still-at.jpg` });
  expect(file.headers).toMatchObject({ "content-type": "image/jpeg", "content-length": "20000" });
  expect(file.rawPayload).toEqual(content);
});

test("two cases of one moment name one file: it travels once and both have it", async () => {
  const content = picture(5_000);
  const first = await nameIt(content);
  expect((await tryOnce(content)).kind).toBe("acknowledged");
  const second = await nameIt(content);
  expect((await caseOf(first)).still).toBe(true);
  expect((await caseOf(second)).still).toBe(true);
  expect((await tryOnce(content)).kind).toBe("acknowledged");
});

test("a file that no event names is refused and counted; its box keeps it until the event is there", async () => {
  const content = picture(3_000);
  const before = receiver.figures.notNamed;
  await store.keep(content);
  const running = startUploader();
  await until(() => running.figures.failed > 1);
  expect(receiver.figures.notNamed).toBeGreaterThan(before);
  expect(store.figures.files).toBe(1);
  await nameIt(content);
  await until(() => running.figures.acknowledged === 1);
  expect(store.figures.files).toBe(0);
});

test("a file of another size than the event named is refused before a byte of it is taken", async () => {
  const content = picture(3_000);
  await nameIt(content, { bytes: 2_999 });
  expect((await tryOnce(content)).kind).toBe("not-named");
});

test("another file under a named hash is refused, deleted, counted and named; the right one arrives afterwards", async () => {
  const content = picture(4_000);
  const sha256 = sha256Of(content);
  const id = await nameIt(content);
  const forged = picture(4_000);
  expect((await tryOnce(forged, { sha256 })).kind).toBe("another-file");
  expect(receiver.figures.anotherFile).toBe(1);
  expect(readdirSync(vault.incoming)).toEqual([]);
  expect((await caseOf(id)).still).toBe(false);
  const { rows } = await sql<{ reason: string }>`
    SELECT reason FROM quarantine WHERE topic = ${`evidence of ${BOX}`}`.execute(api.db);
  expect(rows).toEqual([{ reason: `evidence: ${sha256Of(forged)} arrived in place of ${sha256}` }]);
  expect((await tryOnce(content)).kind).toBe("acknowledged");
  expect((await caseOf(id)).still).toBe(true);
});

test("a file that the box's disk has changed is let go of, and holds up no other", async () => {
  const spoiled = picture(4_000);
  const good = picture(4_000);
  await nameIt(spoiled);
  await nameIt(good);
  await store.keep(spoiled);
  writeFileSync(store.path(sha256Of(spoiled)), picture(4_000));
  await store.keep(good);
  const running = startUploader();
  await until(() => running.figures.acknowledged === 1 && running.figures.discarded === 1);
  expect(store.figures.files).toBe(0);
});

test("only a box with its own password uploads, and only into uploads of its own", async () => {
  const content = picture(2_000);
  const id = await nameIt(content);
  const before = receiver.figures.strangers;
  // No such box; a box under another's name; a wrong password.
  for (const as of [{ box: "hop-so-9" }, { passwordFile: strangeFile }]) {
    expect((await tryOnce(content, { ...as, passwordFile: strangeFile })).kind).toBe("away");
  }
  expect(receiver.figures.strangers).toBeGreaterThan(before);
  // Box 2 has an account, but its events name nothing.
  expect((await tryOnce(content, { box: "hop-so-2", passwordFile: strangeFile })).kind).toBe("not-named");
  const headers = {
    authorization: `Basic ${Buffer.from("hop-so-2:guessed").toString("base64")}`,
    "tus-resumable": "1.0.0",
  };
  const upload = `${receiver.url}/evidence/${uploadId(BOX, sha256Of(content))}`;
  expect((await fetch(upload, { method: "HEAD", headers })).status).toBe(404);
  expect((await fetch(upload, { method: "DELETE", headers })).status).toBe(405);
  expect((await fetch(`${receiver.url}/evidence`, { method: "POST" })).status).toBe(UPLOAD_STATUS.unknownBox);
  expect((await caseOf(id)).still).toBe(false);
});

test("an upload that was complete when the server was killed is verified when its box asks", async () => {
  const content = picture(7_000);
  const id = await nameIt(content);
  const name = uploadId(BOX, sha256Of(content));
  writeFileSync(join(vault.incoming, name), content);
  writeFileSync(join(vault.incoming, `${name}.json`), JSON.stringify({ id: name, size: 7_000, offset: 0 }));
  expect((await tryOnce(content)).kind).toBe("acknowledged");
  expect((await caseOf(id)).still).toBe(true);
});

test("a file taken over by a server that was killed before it said so is known by its hash", async () => {
  const content = picture(7_000);
  const sha256 = sha256Of(content);
  const id = await nameIt(content);
  mkdirSync(join(vault.path(sha256), ".."), { recursive: true });
  writeFileSync(vault.path(sha256), content);
  expect((await tryOnce(content)).kind).toBe("acknowledged");
  expect((await caseOf(id)).evidence[0]?.arrived_at).toBeDefined();
});

test("a full store refuses the newcomer and keeps what was named; a restart finds all of it", async () => {
  const small = new EvidenceStore({ folder: join(boxFolder, "small"), maxBytes: 10_000 });
  await small.start();
  const kept = await small.keep(picture(6_000));
  expect(await small.keep(picture(6_000))).toBeUndefined();
  expect(small.figures).toEqual({ files: 1, bytes: 6_000, refused: 1 });
  writeFileSync(join(boxFolder, "small", `${"0".repeat(64)}.part`), "half");
  const again = new EvidenceStore({ folder: join(boxFolder, "small") });
  await again.start();
  expect(again.list().map(({ sha256 }) => sha256)).toEqual([kept?.sha256]);
  expect(readdirSync(join(boxFolder, "small"))).toEqual([kept?.sha256]);
});

test("over HTTPS only a server whose certificate is known gets a file", async () => {
  const [cert, key] = [join(folder.path, "cert.pem"), join(folder.path, "key.pem")];
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"],
      ...["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
    ],
    { stdio: "ignore" },
  );
  const secure = newReceiver({ cert_file: cert, key_file: key });
  await secure.start();
  const content = picture(9_000);
  await nameIt(content);
  const file = { sha256: sha256Of(content), content };
  const address = { url: secure.url, box: BOX, passwordFile };
  const signal = AbortSignal.timeout(20_000);
  expect((await uploadOnce(address, file, signal)).kind).toBe("away");
  expect((await uploadOnce({ ...address, caFile: cert }, file, signal)).kind).toBe("acknowledged");
  await secure.stop();
});
