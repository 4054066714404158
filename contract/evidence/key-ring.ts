// The keys that a reader trusts: whose they are, since when, and when one was revoked.
import Type, { type Static } from "typebox";
import { Check, Errors } from "typebox/value";
import { decodeCanonical } from "./canonical-json.ts";
import { EvidenceFault } from "./fault.ts";
import { Moment } from "./manifest.ts";
import { Signer } from "./signer.ts";

export const KEYS_FORMAT = "vn.ngatu.evidence.keys.v1";

export const TrustedKey = Type.Object({
  ...Signer.properties,
  owner: Type.Enum(["box", "server"]),
  name: Type.String({ minLength: 1, maxLength: 60, description: "the box or server it belongs to" }),
  from: Moment,
  until: Type.Optional(
    Type.Unsafe<string>({ ...Moment, description: "another key follows it: what it signed before holds" }),
  ),
  revoked_at: Type.Optional(
    Type.Unsafe<string>({ ...Moment, description: "from then on nobody answers for what it signs" }),
  ),
  reason: Type.Optional(Type.String()),
});
export type TrustedKey = Static<typeof TrustedKey>;

export const KeyFile = Type.Object({
  format: Type.Literal(KEYS_FORMAT),
  keys: Type.Array(TrustedKey, { minItems: 1, maxItems: 10_000 }),
});

/** A clock that is a little ahead is no forgery, ms. */
const CLOCK_SLACK_MS = 60_000;

export class KeyRing {
  readonly #keys: ReadonlyMap<string, TrustedKey>;

  constructor(keys: readonly TrustedKey[]) {
    this.#keys = new Map(keys.map((key) => [key.key, key]));
  }

  /**
   * Throws {@link EvidenceFault} unless the key is a trusted one of that owner at that time. `seenAt` is when somebody
   * else saw the signature; without it a revoked key could claim any time before its revocation, and gets the benefit.
   */
  admit(
    signer: Signer,
    claim: { owner: "box" | "server"; name?: string; at: string; seenAt?: string },
  ): void {
    const known = this.#keys.get(signer.key);
    const where = signer.key.slice(0, 16);
    if (known === undefined || known.public_key !== signer.public_key)
      throw new EvidenceFault("key", where, "signed by a key that the keys file does not name");
    if (known.owner !== claim.owner || (claim.name !== undefined && known.name !== claim.name))
      throw new EvidenceFault(
        "key",
        where,
        `belongs to ${known.owner} ${known.name}, not to ${claim.owner} ${claim.name ?? ""}`.trimEnd(),
      );
    const atMs = Date.parse(claim.at);
    if (atMs < Date.parse(known.from) - CLOCK_SLACK_MS)
      throw new EvidenceFault("key", where, `is valid from ${known.from} on; this was signed ${claim.at}`);
    if (known.until !== undefined && atMs > Date.parse(known.until) + CLOCK_SLACK_MS)
      throw new EvidenceFault("key", where, `was replaced ${known.until}; this was signed ${claim.at}`);
    const { revoked_at: revokedAt } = known;
    if (revokedAt === undefined) return;
    if (atMs >= Date.parse(revokedAt))
      throw new EvidenceFault("key", where, `was revoked ${revokedAt}, before this was signed ${claim.at}`);
    if (claim.seenAt !== undefined && Date.parse(claim.seenAt) >= Date.parse(revokedAt))
      throw new EvidenceFault(
        "key",
        where,
        `was revoked ${revokedAt}, before anybody saw what it signed (${claim.seenAt})`,
      );
  }
}

/** Reads a keys file: canonical JSON is not asked of it, since people write it. Throws {@link EvidenceFault}. */
export function readKeyRing(bytes: Uint8Array, file: string): KeyRing {
  const value = decodeLoosely(bytes, file);
  if (!Check(KeyFile, value)) {
    const [first] = Errors(KeyFile, value);
    throw new EvidenceFault(
      "file",
      file,
      `${first?.instancePath ?? ""} ${first?.message ?? "is wrong"}`.trim(),
    );
  }
  return new KeyRing(value.keys);
}

function decodeLoosely(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown;
  } catch {
    // Says which of the two it is.
    return decodeCanonical(bytes, file);
  }
}
