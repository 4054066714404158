// Why a person was not enrolled.
import type { FaceRefusal } from "../detect/face-observation.ts";

export type EnrolFault =
  | FaceRefusal
  | "not-a-picture"
  | "too-large"
  | "no-face"
  | "several-faces"
  | "bad-expiry"
  | "incomplete"
  | "unknown-entry";

export class EnrolError extends Error {
  override readonly name = "EnrolError";
  readonly kind: EnrolFault;

  constructor(kind: EnrolFault, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}
