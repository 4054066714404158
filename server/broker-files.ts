// The files that mosquitto reads: its configuration, its users' password hashes and who may use which topic.
import { pbkdf2Sync, randomBytes } from "node:crypto";
import type { Account } from "./account.ts";

export interface BrokerUser {
  /** `server`, or the name of a box. */
  readonly name: string;
  readonly password: string;
}

/** Name of the user that servers connect as; every other user is a box. */
export const SERVER_USER = "server";

/** Largest message taken; the server's own limit is the same. */
export const MESSAGE_LIMIT_BYTES = 1024 * 1024;

/** Loopback only, users only, nothing kept on disk: what boxes must not lose is in their outboxes. */
export function configuration(port: number, folder: string, account: Account | undefined): string {
  return [
    // Read only by a mosquitto that root started.
    ...(account === undefined ? [] : [`user ${account.name}`]),
    `listener ${port} 127.0.0.1`,
    "allow_anonymous false",
    `password_file ${folder}/passwords`,
    `acl_file ${folder}/acl`,
    "persistence false",
    "log_dest stderr",
    "log_type error",
    "log_type warning",
    "connection_messages false",
    // mosquitto's 20 would cap what is on its way, and so the server's batches.
    "max_inflight_messages 2000",
    "max_queued_messages 50000",
    "max_queued_bytes 134217728",
    `message_size_limit ${MESSAGE_LIMIT_BYTES}`,
    `max_packet_size ${MESSAGE_LIMIT_BYTES + 65_536}`,
    "set_tcp_nodelay true",
    "",
  ].join("\n");
}

/** A box writes under its own name and reads what is sent down to it; the server reads and writes all. */
export const acl = [
  `user ${SERVER_USER}`,
  "topic readwrite ngatu/#",
  "",
  "pattern write ngatu/v1/%u/#",
  "pattern read ngatu/down/%u/#",
  "pattern read ngatu/signal/#",
  "",
].join("\n");

/** mosquitto's own format: `$7$`, PBKDF2 with SHA-512. Made here, so that no password is ever an argument. */
export function passwords(users: readonly BrokerUser[]): string {
  const iterations = 10_000;
  return users
    .map(({ name, password }) => {
      const salt = randomBytes(12);
      const hash = pbkdf2Sync(password, salt, iterations, 64, "sha512");
      return `${name}:$7$${iterations}$${salt.toString("base64")}$${hash.toString("base64")}\n`;
    })
    .join("");
}
