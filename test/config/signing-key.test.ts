// The signing key: made once, readable by its owner alone, and usable by others' tools.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ensureSigningKey, SigningKeyError } from "../../config/signing-key.ts";

const folder = mkdtempSync(join(tmpdir(), "ngatu-signing-key-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("it is made at first start with mode 0600, and found again at the next", async () => {
  const file = join(folder, "new", "box.pem");
  const first = await ensureSigningKey(file);
  expect(first.created).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const second = await ensureSigningKey(file);
  expect(second).toMatchObject({ created: false, signer: first.signer });
});

test("two that start together have one key", async () => {
  const file = join(folder, "together", "server.pem");
  const keys = await Promise.all(Array.from({ length: 8 }, () => ensureSigningKey(file)));
  expect(new Set(keys.map(({ signer }) => signer.key)).size).toBe(1);
  expect(keys.filter(({ created }) => created)).toHaveLength(1);
  expect(readdirSync(join(folder, "together"))).toEqual(["server.pem"]);
});

test("openssl knows its public half, and its signature", async () => {
  const file = join(folder, "openssl.pem");
  const key = await ensureSigningKey(file);
  const pem = execFileSync("openssl", ["pkey", "-in", file, "-pubout"], { encoding: "utf8" });
  expect(pem.split("\n")[1]).toBe(key.signer.public_key);
  writeFileSync(join(folder, "public.pem"), pem);
  writeFileSync(join(folder, "message"), "what was seen");
  writeFileSync(join(folder, "signature"), await key.sign(Buffer.from("what was seen")));
  const args = [
    "pkeyutl",
    "-verify",
    "-pubin",
    "-inkey",
    "public.pem",
    "-rawin",
    "-in",
    "message",
    "-sigfile",
    "signature",
  ];
  expect(execFileSync("openssl", args, { cwd: folder, encoding: "utf8" })).toContain("Verified Successfully");
});

test("a key that others can read, and one of another kind, are refused by name", async () => {
  const open = join(folder, "open.pem");
  await ensureSigningKey(open);
  chmodSync(open, 0o644);
  await expect(ensureSigningKey(open)).rejects.toThrow(
    new SigningKeyError(`${open} can be read by others; chmod 600 it`),
  );
  const other = join(folder, "x25519.pem");
  execFileSync("openssl", ["genpkey", "-algorithm", "X25519", "-out", other]);
  chmodSync(other, 0o600);
  await expect(ensureSigningKey(other)).rejects.toThrow("holds a key of type x25519, not Ed25519");
});
