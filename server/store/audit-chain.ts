// One row of the audit trail, its hash over the row before it, and its seal.
import { createHash, createHmac } from "node:crypto";
import canonicalize from "canonicalize";

/** Who acts, as the trail names them. */
export interface Actor {
  /** Undefined: nobody who is signed in, or the server itself. */
  readonly id: string | undefined;
  readonly name: string;
  /** Where the request came from; empty for the server itself. */
  readonly address: string;
}

/** What the server does by itself. */
export const SERVER: Actor = { id: undefined, name: "server", address: "" };

export interface AuditEntry {
  readonly actor: Actor;
  /** A noun and what was done to it: `case.confirm`. */
  readonly action: string;
  /** What it was done to: `case/0190…`, `person/nguyen.a`. */
  readonly object: string;
  readonly reason?: string | undefined;
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
}

export interface AuditRow {
  /** From 1, without gaps. */
  readonly position: number;
  readonly at: Date;
  readonly actorId: string | null;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly address: string;
  readonly reason: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  /** Hash of the row before; zeros for the first. */
  readonly previous: Buffer;
}

/** What stands before the first row. */
export const NO_ROW = { position: 0, hash: Buffer.alloc(32) } as const;

/** SHA-256 of the row in canonical JSON (RFC 8785): keys as in the table, bytes in hexadecimal, time in RFC 3339. */
export function auditHash({ position, at, actorId, previous, ...row }: AuditRow): Buffer {
  const { actor, action, object, address, reason, detail } = row;
  const text = canonicalize({
    ...{ position, at: at.toISOString(), actor_id: actorId, actor, action, object, address, reason, detail },
    previous: previous.toString("hex"),
  });
  if (text === undefined) throw new TypeError("an audit row is not JSON");
  return createHash("sha256").update(text).digest();
}

export function auditSeal(key: Buffer, kind: "row" | "head", position: number, hash: Buffer): Buffer {
  return createHmac("sha256", key).update(`${kind} ${position} `).update(hash).digest();
}
