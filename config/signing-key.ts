// An Ed25519 key in a file that only its owner can read, made at first start; it never leaves the machine.
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
} from "node:crypto";
import { existsSync } from "node:fs";
import { link, mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { signerOf } from "../contract/evidence/signer.ts";
import type { Signing } from "../contract/evidence/signing.ts";
import { webChecker } from "../contract/evidence/web-checker.ts";
import { syncFolder } from "./durable-file.ts";

/** A signing key that can't be used; the message never holds any of it. */
export class SigningKeyError extends Error {
  override readonly name = "SigningKeyError";
}

/** Reads the key, or makes it (mode 0600, never over an existing file). Throws {@link SigningKeyError}. */
export async function ensureSigningKey(file: string): Promise<Signing & { readonly created: boolean }> {
  const made = await makeKey(file);
  const key = made ?? (await readKey(file));
  return { ...(await signingOf(key)), created: made !== undefined };
}

/** A fresh key in memory alone. */
export async function temporarySigning(): Promise<Signing> {
  return await signingOf(generateKeyPairSync("ed25519").privateKey);
}

async function signingOf(key: KeyObject): Promise<Signing> {
  const { x } = createPublicKey(key).export({ format: "jwk" });
  if (x === undefined) throw new SigningKeyError("the key has no public half");
  const signer = await signerOf(Buffer.from(x, "base64url"), webChecker);
  return { signer, sign: (message) => Promise.resolve(sign(null, message, key)) };
}

/** Whole before it has its name: a power cut leaves no empty key, and of two that start together one makes it. */
async function makeKey(file: string): Promise<KeyObject | undefined> {
  if (existsSync(file)) return undefined;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync("ed25519");
  const part = `${file}.${randomUUID()}.part`;
  try {
    const handle = await open(part, "wx", 0o600);
    try {
      await handle.writeFile(privateKey.export({ format: "pem", type: "pkcs8" }));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(part, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw error;
  } finally {
    await rm(part, { force: true });
  }
  await syncFolder(dirname(file));
  return privateKey;
}

async function readKey(file: string): Promise<KeyObject> {
  const { mode } = await stat(file);
  if ((mode & 0o077) !== 0) throw new SigningKeyError(`${file} can be read by others; chmod 600 it`);
  let key: KeyObject;
  try {
    key = createPrivateKey(await readFile(file));
  } catch (cause) {
    throw new SigningKeyError(`${file} holds no private key (PEM, PKCS #8)`, { cause });
  }
  if (key.asymmetricKeyType !== "ed25519")
    throw new SigningKeyError(
      `${file} holds a key of type ${key.asymmetricKeyType ?? "unknown"}, not Ed25519`,
    );
  return key;
}
