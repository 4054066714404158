// The size that a download must not go past.

/** A source gives more bytes than the file may have. */
export class TooLargeError extends Error {
  override readonly name = "TooLargeError";
}

/** Undefined while `doneBytes` is within `bytes`, or nobody has said how large the file is. */
export function tooLarge(doneBytes: number, bytes: number | undefined): TooLargeError | undefined {
  if (bytes === undefined || doneBytes <= bytes) return undefined;
  return new TooLargeError(`given up: it gave ${doneBytes} bytes, expected ${bytes}`);
}
