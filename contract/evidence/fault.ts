// What is wrong with evidence: which part of it failed, by name, and how.

/** `package`: its form; `file`, `field`: what was changed; `link`: its place in the chain; `key`: who signed. */
export type FaultPart = "package" | "file" | "field" | "link" | "key";

/** Thrown by everything that reads or checks evidence; the first one is the verdict. */
export class EvidenceFault extends Error {
  override readonly name = "EvidenceFault";
  readonly part: FaultPart;
  /** The file, the field (`manifest.json: clock.offset_ms`), the link or the key that failed. */
  readonly where: string;
  readonly text: string;

  constructor(part: FaultPart, where: string, text: string) {
    super(`${part} ${where}: ${text}`);
    this.part = part;
    this.where = where;
    this.text = text;
  }
}
