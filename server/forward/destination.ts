// A configured destination with its secret, and which kinds of event each wants.
import { readFileSync } from "node:fs";
import type { ServerConfig } from "../../config/server.ts";
import type { DestinationsFor, ForwardKind } from "../store/forward.ts";

export interface Destination {
  readonly name: string;
  readonly url: string;
  /** Standard Webhooks, `whsec_…`. */
  readonly secret: string;
  readonly kinds: readonly ForwardKind[];
  readonly timeoutMs: number;
}

/** What a destination gets that doesn't say. */
const DEFAULT_KINDS: readonly ForwardKind[] = ["traffic-case", "crowd-alert", "face-match"];
const DEFAULT_TIMEOUT_S = 10;

/** Reads the secrets. Throws the file system's error when one can't be read. */
export function readDestinations(configured: ServerConfig["destinations"] = []): Destination[] {
  return configured.map(
    ({ name, url, secret_file: file, kinds = DEFAULT_KINDS, timeout_s: s = DEFAULT_TIMEOUT_S }) => ({
      name,
      url,
      secret: readFileSync(file, "utf8").trim(),
      kinds,
      timeoutMs: s * 1_000,
    }),
  );
}

export function destinationsFor(destinations: readonly Destination[]): DestinationsFor {
  return (kind) => destinations.filter(({ kinds }) => kinds.includes(kind)).map(({ name }) => name);
}
