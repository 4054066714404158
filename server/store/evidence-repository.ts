// Evidence as it is handed out: the parts of a case's package, and the keys to check it with.
import type { TrustedKey } from "../../contract/evidence/key-ring.ts";
import { MANIFEST, signatureOf } from "../../contract/evidence/names.ts";
import type { Database } from "./database.ts";
import { findEndorsements } from "./endorsements.ts";
import { findEvidence } from "./evidence.ts";
import { findKeys } from "./evidence-keys.ts";

/** A file by its hash in the vault, or a document as it is. */
export type PackagePart =
  | { readonly name: string; readonly sha256: string; readonly bytes: number }
  | { readonly name: string; readonly content: Buffer };

export interface EvidenceRepository {
  /** Everything that was named of a case; undefined while something is on its way, or where there is no package. */
  parts(caseId: string): Promise<PackagePart[] | undefined>;
  keys(): Promise<TrustedKey[]>;
}

export function createEvidenceRepository(db: Database): EvidenceRepository {
  return {
    async parts(caseId) {
      const files = (await findEvidence(db, [caseId])).get(caseId) ?? [];
      const whole = files.every(({ arrivedAt }) => arrivedAt !== undefined);
      if (!whole || !files.some(({ name }) => name === MANIFEST)) return undefined;
      const endorsements = await findEndorsements(db, caseId);
      return [
        ...files.map(({ name, sha256, bytes }) => ({ name, sha256, bytes })),
        ...endorsements.flatMap(({ name, document, signature }) => [
          { name, content: document },
          { name: signatureOf(name), content: signature },
        ]),
      ];
    },
    keys: () => findKeys(db),
  };
}
