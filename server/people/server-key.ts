// The server's own key: seals second factors and the audit trail, so that who holds the database alone reads and forges neither.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder } from "../../config/cache-folder.ts";

/** The key can't be had, or what it should open was sealed by another. */
export class ServerKeyError extends Error {
  override readonly name = "ServerKeyError";
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export class ServerKey {
  readonly #seal: Buffer;
  /** For HMACs over the audit trail. */
  readonly audit: Buffer;

  constructor(key: Buffer) {
    this.#seal = derive(key, "seal");
    this.audit = derive(key, "audit");
  }

  /** AES-256-GCM; `owner` is bound to it: what was sealed for one person opens for no other. */
  seal(plain: Buffer, owner: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#seal, nonce).setAAD(Buffer.from(owner));
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  /** Throws {@link ServerKeyError} when it was sealed by another key, for another owner, or changed. */
  open(sealed: Buffer, owner: string): Buffer {
    const decipher = createDecipheriv("aes-256-gcm", this.#seal, sealed.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(owner))
      .setAuthTag(sealed.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch (cause) {
      throw new ServerKeyError("a second factor was sealed by another key_file than this server's", {
        cause,
      });
    }
  }
}

/** Where the key lies unless the configuration says otherwise: one for each machine. */
export function serverKeyFile(): string {
  return join(cacheFolder(), "server", "server.key");
}

function derive(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", key, Buffer.alloc(0), `ngatu/${purpose}`, KEY_BYTES));
}

/** Reads the key, or makes it on first use (mode 0600, never over a file that is there). Throws {@link ServerKeyError}. */
export function ensureServerKey(file: string): ServerKey {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, `${randomBytes(KEY_BYTES).toString("hex")}\n`, {
      flag: "wx",
      mode: 0o600,
      flush: true,
    });
  } catch (cause) {
    // A read-only folder that holds the key is as good.
    if (!["EEXIST", "EROFS", "EACCES"].includes((cause as NodeJS.ErrnoException).code ?? "")) throw cause;
  }
  return readServerKey(file);
}

/** Throws {@link ServerKeyError} when it is absent, open to others or not a key. */
export function readServerKey(file: string): ServerKey {
  let text: string;
  try {
    if ((statSync(file).mode & 0o077) !== 0)
      throw new ServerKeyError(`${file} can be read by others; chmod 600 it`);
    text = readFileSync(file, "utf8").trim();
  } catch (cause) {
    if (cause instanceof ServerKeyError) throw cause;
    throw new ServerKeyError(`${file}: ${(cause as NodeJS.ErrnoException).code ?? "unreadable"}`, { cause });
  }
  // The key itself never goes into the message.
  if (!/^[0-9a-f]{64}$/i.test(text))
    throw new ServerKeyError(`${file} must hold 32 bytes as 64 hexadecimal digits`);
  return new ServerKey(Buffer.from(text, "hex"));
}
