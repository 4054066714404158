// Walks the audit trail from its first row to its sealed head and names every row that is not what was written.
import { timingSafeEqual } from "node:crypto";
import { auditHash, auditSeal, NO_ROW } from "../store/audit-chain.ts";
import type { AuditTrail, StoredAuditRow } from "../store/audit-repository.ts";

export interface AuditFault {
  readonly position: number;
  /**
   * changed: the row is not what its hash says; forged: hash and row agree, but the seal is not the server's;
   * missing: no row has this position; broken: it does not follow from the row before it;
   * cut: rows after this one are gone; beyond: rows after the sealed head;
   * not-found: the head noted earlier is not in the trail.
   */
  readonly fault: "changed" | "forged" | "missing" | "broken" | "cut" | "beyond" | "not-found";
}

export interface AuditVerdict {
  readonly rows: number;
  /** The last row: to be noted elsewhere and given to a later verification. */
  readonly head: { readonly position: number; readonly hash: string } | undefined;
  /** In order; at most MOST_FAULTS. */
  readonly faults: readonly AuditFault[];
}

/** A head as noted earlier: whatever was cut off and sealed anew since then shows. */
export interface NotedHead {
  readonly position: number;
  /** Hexadecimal. */
  readonly hash: string;
}

const PAGE = 1_000;
const MOST_FAULTS = 50;
/** Missing positions named one by one; of a longer hole the first ones. */
const MOST_NAMED = 10;

/** Rows that are added meanwhile are verified as well. */
export async function verifyTrail(
  trail: Pick<AuditTrail, "after" | "head">,
  key: Buffer,
  noted?: NotedHead,
): Promise<AuditVerdict> {
  const faults: AuditFault[] = [];
  const add = (position: number, fault: AuditFault["fault"]): void => {
    if (faults.length < MOST_FAULTS) faults.push({ position, fault });
  };
  let rows = 0;
  let last: { position: number; hash: Buffer } = NO_ROW;
  let seenNoted = noted === undefined;
  // Read first: the trail only grows, so that rows up to here must all be found.
  const head = await trail.head();
  let hashAtHead: Buffer | undefined;
  for (;;) {
    const page = await trail.after(last.position, PAGE);
    if (page.length === 0) break;
    for (const row of page) {
      const gap = row.position - last.position - 1;
      for (let i = 1; i <= Math.min(gap, MOST_NAMED); i += 1) add(last.position + i, "missing");
      const fault = faultOf(row, gap === 0 ? last.hash : undefined, key);
      if (fault !== undefined) add(row.position, fault);
      rows += 1;
      last = { position: row.position, hash: row.hash };
      if (row.position === head?.position) hashAtHead = row.hash;
      if (row.position === noted?.position && row.hash.toString("hex") === noted.hash) seenNoted = true;
    }
  }
  if (head === undefined) {
    if (rows > 0) add(last.position, "beyond");
  } else if (last.position < head.position || hashAtHead === undefined) add(last.position, "cut");
  else if (!hashAtHead.equals(head.hash) || !isSealed(head, "head", key)) add(head.position, "forged");
  const now = await trail.head();
  if (now !== undefined && last.position > now.position) add(last.position, "beyond");
  if (!seenNoted) add(noted?.position ?? 0, "not-found");
  const end = rows === 0 ? undefined : { position: last.position, hash: last.hash.toString("hex") };
  return { rows, head: end, faults };
}

/** `previous` undefined: the row before it is missing, which is told already. */
function faultOf(
  row: StoredAuditRow,
  previous: Buffer | undefined,
  key: Buffer,
): AuditFault["fault"] | undefined {
  if (!auditHash(row).equals(row.hash)) return "changed";
  if (!isSealed(row, "row", key)) return "forged";
  return previous === undefined || row.previous.equals(previous) ? undefined : "broken";
}

function isSealed(
  { position, hash, seal }: { readonly position: number; readonly hash: Buffer; readonly seal: Buffer },
  kind: "row" | "head",
  key: Buffer,
): boolean {
  const expected = auditSeal(key, kind, position, hash);
  return seal.length === expected.length && timingSafeEqual(seal, expected);
}
