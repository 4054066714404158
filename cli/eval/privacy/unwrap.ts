// Bytes that travel inside others as text: Base64 and hexadecimal runs, decoded; and pictures, found by how they begin.

/** Shorter runs hold neither an embedding nor a picture. */
const MIN_TEXT = 300;
const BASE64 = new RegExp(`[A-Za-z0-9+/]{${MIN_TEXT},}={0,2}|[A-Za-z0-9_-]{${MIN_TEXT},}`, "g");
const HEX = new RegExp(`(?:[0-9a-f]{2}){${MIN_TEXT / 2},}`, "gi");

/** The bytes themselves, then what they carry as text. */
export function unwrapped(bytes: Uint8Array): Uint8Array[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const carried = (pattern: RegExp, encoding: "base64" | "hex"): Uint8Array[] =>
    [...text.matchAll(pattern)].map(([run]) => Buffer.from(run, encoding));
  return [bytes, ...carried(BASE64, "base64"), ...carried(HEX, "hex")];
}

/** JPEG, PNG, WebP (RIFF), GIF, TIFF of both byte orders, MP4 and HEIF (`ftyp`, four bytes in). */
const BEGINNINGS: readonly { readonly mark: Uint8Array; readonly before: number }[] = [
  { mark: Buffer.from([0xff, 0xd8, 0xff]), before: 0 },
  { mark: Buffer.from([0x89, 0x50, 0x4e, 0x47]), before: 0 },
  { mark: Buffer.from("RIFF"), before: 0 },
  { mark: Buffer.from("GIF8"), before: 0 },
  { mark: Buffer.from([0x49, 0x49, 0x2a, 0x00]), before: 0 },
  { mark: Buffer.from([0x4d, 0x4d, 0x00, 0x2a]), before: 0 },
  { mark: Buffer.from("ftyp"), before: 4 },
];

/** A longer picture is judged by its beginning. */
const MAX_PICTURE_BYTES = 4 * 1024 * 1024;

/** Places at which a picture or a film begins, each as the bytes from there on. */
export function pictureBeginnings(bytes: Uint8Array): Uint8Array[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return BEGINNINGS.flatMap(({ mark, before }) => {
    const found: Uint8Array[] = [];
    for (let at = buffer.indexOf(mark); at !== -1; at = buffer.indexOf(mark, at + mark.length))
      if (at >= before) found.push(buffer.subarray(at - before, at - before + MAX_PICTURE_BYTES));
    return found;
  });
}
