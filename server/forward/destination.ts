// A configured destination with its secret, and which kinds of event each wants.
import { readFileSync } from "node:fs";
import type { ServerConfig } from "../../config/server.ts";
import type { DestinationsFor, ForwardKind } from "../store/forward.ts";

export interface Destination {
  readonly name: string;
  readonly url: string;
  /** Standard Webhooks, `whsec_…`; asked at each attempt, so that a new one needs no restart. Throws when unreadable. */
  readonly secret: () => string;
  readonly kinds: readonly ForwardKind[];
  readonly timeoutMs: number;
}

/** What a destination gets that doesn't say. */
const DEFAULT_KINDS: readonly ForwardKind[] = ["traffic-case", "crowd-alert", "face-match"];
const DEFAULT_TIMEOUT_S = 10;

/** A secret file holds no Standard Webhooks secret. */
export class DestinationError extends Error {
  override readonly name = "DestinationError";
}

/** Throws the file system's error when a secret can't be read, {@link DestinationError} when it is none. */
export function readDestinations(configured: ServerConfig["destinations"] = []): Destination[] {
  return configured.map(
    ({ name, url, secret_file: file, kinds = DEFAULT_KINDS, timeout_s: s = DEFAULT_TIMEOUT_S }) => {
      const secret = (): string => readFileSync(file, "utf8").trim();
      if (!isSecret(secret())) {
        throw new DestinationError(
          `destination ${name}: ${file} holds no secret of the form whsec_ and base64`,
        );
      }
      return { name, url, secret, kinds, timeoutMs: s * 1_000 };
    },
  );
}

/** `whsec_` and 24 to 64 bytes in base64 (Standard Webhooks, "Signature scheme"). */
function isSecret(text: string): boolean {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  if (encoded === undefined) return false;
  const { length } = Buffer.from(encoded, "base64");
  return length >= 24 && length <= 64;
}

export function destinationsFor(destinations: readonly Destination[]): DestinationsFor {
  return (kind) => destinations.filter(({ kinds }) => kinds.includes(kind)).map(({ name }) => name);
}
