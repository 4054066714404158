// Ed25519 for a browser: its own where it has one, a small audited library otherwise.
import { verifyAsync } from "@noble/ed25519";
import type { Checker } from "../../../contract/evidence/signer.ts";
import { webChecker } from "../../../contract/evidence/web-checker.ts";

export const browserChecker: Checker = {
  ...webChecker,
  async verify(publicKey, signature, message) {
    try {
      return await webChecker.verify(publicKey, signature, message);
    } catch (error) {
      // Chrome before 137, Firefox before 129 and Safari before 17 have no Ed25519 of their own.
      if (!(error instanceof DOMException) || error.name !== "NotSupportedError") throw error;
      return signature.length === 64 && (await verifyAsync(signature, message, publicKey, { zip215: false }));
    }
  },
};
