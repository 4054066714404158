// The second factor: time-based codes (RFC 6238) of an app, each good once.
import { randomBytes } from "node:crypto";
import { Secret, TOTP } from "otpauth";

const SECRET_BYTES = 20;
const PERIOD_S = 30;
/** One step early or late: the clock of a telephone. */
const WINDOW = 1;

export function newFactor(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** For the app: the address that a QR code holds, and the same secret to be typed. */
export function factorAddress(factor: Buffer, name: string): { uri: string; secret: string } {
  const totp = totpOf(factor, name);
  return { uri: totp.toString(), secret: totp.secret.base32 };
}

/** The time step of a code that is right and later than `usedStep`; undefined for any other. */
export function stepOfCode(
  factor: Buffer,
  code: string,
  nowMs: number,
  usedStep: number,
): number | undefined {
  const delta = totpOf(factor, "").validate({ token: code, timestamp: nowMs, window: WINDOW });
  if (delta === null) return undefined;
  const step = Math.floor(nowMs / 1000 / PERIOD_S) + delta;
  return step > usedStep ? step : undefined;
}

function totpOf(factor: Buffer, name: string): TOTP {
  const buffer = new Uint8Array(factor).buffer;
  return new TOTP({ issuer: "Ngã Tư", label: name, period: PERIOD_S, secret: new Secret({ buffer }) });
}
