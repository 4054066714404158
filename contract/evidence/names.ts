// The names of a package's documents, and how much a package may hold.

/** Signed by the box: what it saw, every file by hash, and the link to the package before. */
export const MANIFEST = "manifest.json";
/** Signed by the server: when the manifest reached it. */
export const RECEIPT = "receipt.json";
/** The hash of each single field of the manifest, signed by the box too: a check can name the one that was changed. */
export const FIELDS = "fields.json";
/** Beside a folder of packages: where their chain ends, signed by the server. */
export const HEAD = "head.json";

/** 64 raw bytes beside each signed document. */
export function signatureOf(document: string): string {
  return document.replace(/\.json$/, ".sig");
}

/** Signed additions of the server, in order from 1: decisions. */
export function additionName(number: number): string {
  return `addition-${number}.json`;
}

/** Most files of a package, documents included. */
export const MAX_FILES = 128;
/** Most bytes of all its files together. */
export const MAX_PACKAGE_BYTES = 512 * 1024 * 1024;

/** Letters that every file system and archive keeps as they are; no folder, no way out of the package. */
export const FILE_NAME = /^[a-z0-9][a-z0-9.-]{0,59}$/;
