// Whether somebody is the box he says: by the password that the broker knows it by, from mosquitto's own file.
import { createHash, pbkdf2, timingSafeEqual } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";

/** Too many passwords are being checked: ask again. */
export class TooManyChecksError extends Error {
  override readonly name = "TooManyChecksError";
}

export interface BoxName {
  readonly box: string;
  readonly password: string;
}

interface Hash {
  readonly iterations: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** Each takes some milliseconds of a core, and anybody may ask for one. */
const MAX_CHECKS = 8;
const derive = promisify(pbkdf2);

/** Reads an `Authorization: Basic` header; undefined when it is none (RFC 7617). */
export function readBasic(header: string | undefined): BoxName | undefined {
  const coded = /^Basic ([A-Za-z0-9+/]{1,500}={0,2})$/i.exec(header ?? "")?.[1];
  if (coded === undefined) return undefined;
  const text = Buffer.from(coded, "base64").toString();
  const colon = text.indexOf(":");
  return colon < 1 ? undefined : { box: text.slice(0, colon), password: text.slice(colon + 1) };
}

export class BoxPasswords {
  readonly #file: string;
  #hashes: ReadonlyMap<string, Hash> = new Map();
  #readMs = Number.NaN;
  /** SHA-256 of passwords found right, so that each request of an upload costs no new derivation. */
  readonly #right = new Map<string, Buffer>();
  #checks = 0;

  /** `file` is mosquitto's, of lines `name:$7$iterations$salt$hash`. */
  constructor(file: string) {
    this.#file = file;
  }

  /** Throws {@link TooManyChecksError}, and the file system's error when the file can't be read. */
  async check({ box, password }: BoxName): Promise<boolean> {
    await this.#read();
    const digest = createHash("sha256").update(password).digest();
    const right = this.#right.get(box);
    if (right !== undefined && timingSafeEqual(right, digest)) return true;
    const known = this.#hashes.get(box);
    if (known === undefined) return false;
    if (this.#checks >= MAX_CHECKS) throw new TooManyChecksError(`${MAX_CHECKS} are under way`);
    this.#checks += 1;
    try {
      const hash = await derive(password, known.salt, known.iterations, known.hash.length, "sha512");
      if (!timingSafeEqual(hash, known.hash)) return false;
      this.#right.set(box, digest);
      return true;
    } finally {
      this.#checks -= 1;
    }
  }

  /** Again when it was changed: a new box, or one that was shut out, needs no restart. */
  async #read(): Promise<void> {
    const { mtimeMs } = await stat(this.#file);
    if (mtimeMs === this.#readMs) return;
    this.#hashes = parse(await readFile(this.#file, "utf8"));
    this.#right.clear();
    this.#readMs = mtimeMs;
  }
}

function parse(text: string): Map<string, Hash> {
  const hashes = new Map<string, Hash>();
  for (const line of text.split("\n")) {
    const match = /^([^:]+):\$7\$(\d{1,7})\$([^$]+)\$([^$]+)$/.exec(line.trim());
    if (match === null) continue;
    const [, name = "", iterations, salt = "", hash = ""] = match;
    hashes.set(name, {
      iterations: Number(iterations),
      salt: Buffer.from(salt, "base64"),
      hash: Buffer.from(hash, "base64"),
    });
  }
  return hashes;
}
