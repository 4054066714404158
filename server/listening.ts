// Where people reach the server: address, TLS, and the names that browsers ask for it under.
import { readFileSync } from "node:fs";
import type { ListenConfig } from "../config/server.ts";
import type { Reach } from "./api/guard.ts";

const DEFAULT_PORT = 8080;

export interface Listening {
  readonly host: string;
  readonly port: number;
  readonly reach: Reach;
  /** PEM. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  readonly behindProxy: boolean;
}

/** It would speak to others without TLS. */
export class OpenListenError extends Error {
  override readonly name = "OpenListenError";
}

/** Reads the certificate. Throws {@link OpenListenError}, or the system's error of a file that can't be read. */
export function listening(config: ListenConfig = {}): Listening {
  const { host = "127.0.0.1", port = DEFAULT_PORT, names = [], cert_file: cert, key_file: key } = config;
  const behindProxy = config.behind_proxy === true;
  const tls =
    cert === undefined || key === undefined
      ? undefined
      : { cert: readFileSync(cert), key: readFileSync(key) };
  const secure = tls !== undefined || behindProxy;
  if (!secure && !["127.0.0.1", "::1", "localhost"].includes(host)) {
    throw new OpenListenError(
      `listen.host ${host}: passwords would travel in clear; give cert_file and key_file, or behind_proxy: true where a proxy ends TLS`,
    );
  }
  return { host, port, reach: { secure, names }, tls, behindProxy };
}
