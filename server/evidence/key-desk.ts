// Registers the evidence keys of boxes: each signed by itself, and by the one before it.
import { Check } from "typebox/value";
import { EvidenceFault } from "../../contract/evidence/fault.ts";
import {
  REGISTRATION,
  REGISTRATION_STATUS,
  Registration,
  RegistrationBody,
} from "../../contract/evidence/registration.ts";
import { demandSigned, isSigned, readDocument } from "../../contract/evidence/signed-document.ts";
import { webChecker } from "../../contract/evidence/web-checker.ts";
import type { Database } from "../store/database.ts";
import { registerKey } from "../store/evidence-keys.ts";

/** Gives one of {@link REGISTRATION_STATUS}; `box` is who has shown its password. */
export async function registerBoxKey(db: Database, box: string, body: Buffer): Promise<number> {
  const posted = parse(body);
  if (posted === undefined) return REGISTRATION_STATUS.refused;
  const bytes = Buffer.from(posted.document, "base64");
  const signed = (signature: string) => ({
    ...{ bytes, file: REGISTRATION },
    signature: Buffer.from(signature, "base64"),
  });
  let registration: Registration;
  try {
    registration = readDocument(Registration, bytes, REGISTRATION);
    await demandSigned(signed(posted.signature), registration.signer, webChecker);
  } catch (error) {
    if (!(error instanceof EvidenceFault)) throw error;
    return REGISTRATION_STATUS.refused;
  }
  if (registration.box !== box) return REGISTRATION_STATUS.refused;
  const { previous_signature: previous } = posted;
  const outcome = await registerKey(db, "box", box, registration.signer, (current) =>
    previous === undefined ? Promise.resolve(false) : isSigned(signed(previous), current, webChecker),
  );
  return REGISTRATION_STATUS[outcome];
}

function parse(body: Buffer): RegistrationBody | undefined {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return Check(RegistrationBody, value) ? value : undefined;
  } catch {
    return undefined; // no JSON: refused like any other body that is none
  }
}
