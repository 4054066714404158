// Why a gallery or its key was refused.

export type GalleryFault =
  | "missing-key"
  | "bad-key"
  | "open-key"
  | "wrong-key"
  | "altered"
  | "not-a-gallery"
  | "newer-version"
  | "busy";

/** A gallery that can't be used as it is; `kind` says why, the message says which file and what to do. */
export class GalleryError extends Error {
  override readonly name = "GalleryError";
  readonly kind: GalleryFault;

  constructor(kind: GalleryFault, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}
