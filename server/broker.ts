// The embedded broker: mosquitto as a child process with a configuration of its own, on loopback.
import { randomBytes } from "node:crypto";
import { chownSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import type { Logger } from "pino";
import { type Account, closedFolder, unprivilegedAccount } from "./account.ts";
import { acl, type BrokerUser, configuration, passwords, SERVER_USER } from "./broker-files.ts";
import { createBrokerFolder } from "./broker-folder.ts";
import { findProgram } from "./find-program.ts";
import { freePort } from "./free-port.ts";
import { KeptProcess } from "./kept-process.ts";

export interface BrokerOptions {
  /** Names of the boxes that may connect. */
  readonly boxes: readonly string[];
  /** Absent or 0: any free one. It stays the same over restarts. */
  readonly port?: number | undefined;
  readonly log: Logger;
}

/** What a client needs to connect; the password lies in a file of mode 0600. */
export interface BrokerAccess {
  readonly url: string;
  readonly username: string;
  readonly passwordFile: string;
}

export class EmbeddedBroker {
  readonly #options: BrokerOptions;
  #folder = "";
  #port = 0;
  #process: KeptProcess | undefined;

  constructor(options: BrokerOptions) {
    this.#options = options;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.#port}`;
  }

  /** Process id of mosquitto. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** For `server` or one of the boxes. */
  access(username: string): BrokerAccess {
    return { url: this.url, username, passwordFile: join(this.#folder, `${username}.password`) };
  }

  /** mosquitto's password file: what else may ask whether somebody is the box he says. */
  get passwordsFile(): string {
    return join(this.#folder, "passwords");
  }

  /** Throws ProgramMissingError, or ProcessStartError when mosquitto can't have the port. */
  async start(): Promise<void> {
    const program = findProgram("mosquitto");
    const account = unprivilegedAccount(["mosquitto"]);
    this.#port =
      this.#options.port === undefined || this.#options.port === 0 ? await freePort() : this.#options.port;
    this.#folder = createBrokerFolder();
    // Where the account may not enter, mosquitto is started by root and becomes that account itself.
    const direct = account === undefined || closedFolder(program, account) === undefined;
    this.#writeFiles(account);
    this.#process = new KeptProcess({
      name: "mosquitto",
      command: program,
      args: ["-c", join(this.#folder, "mosquitto.conf")],
      account: direct ? account : undefined,
      stopSignal: "SIGTERM",
      log: this.#options.log,
      ready: () => accepts(this.#port),
    });
    try {
      await this.#process.start();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
    this.#process = undefined;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #writeFiles(account: Account | undefined): void {
    const users: BrokerUser[] = [SERVER_USER, ...this.#options.boxes].map((name) => ({
      name,
      password: randomBytes(24).toString("base64url"),
    }));
    for (const { name, password } of users) this.#write(`${name}.password`, password);
    this.#write("mosquitto.conf", configuration(this.#port, this.#folder, account), account);
    this.#write("passwords", passwords(users), account);
    this.#write("acl", acl, account);
    if (account !== undefined) chownSync(this.#folder, account.uid, account.gid);
  }

  #write(name: string, text: string, owner?: Account): void {
    const file = join(this.#folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    if (owner !== undefined) chownSync(file, owner.uid, owner.gid);
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect({ host: "127.0.0.1", port, timeout: 1_000 });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
