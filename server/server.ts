// Puts one server together: database, ingest, forwarding and the HTTP interface, started and stopped in order.
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import type { Logger } from "pino";
import { cacheFolder } from "../config/cache-folder.ts";
import type { ServerConfig } from "../config/server.ts";
import { ensureSigningKey } from "../config/signing-key.ts";
import { Elsewhere } from "./alert/elsewhere.ts";
import { Feed } from "./alert/feed.ts";
import { DueSweeper } from "./alert/due-sweeper.ts";
import { buildApp } from "./api/app.ts";
import { Arrivals } from "./evidence/arrivals.ts";
import { registerBoxKey } from "./evidence/key-desk.ts";
import { Notary, serverName } from "./evidence/notary.ts";
import { EvidenceReceiver, type ReceiverFigures } from "./evidence/receiver.ts";
import { Vault } from "./evidence/vault.ts";
import { destinationsFor, readDestinations } from "./forward/destination.ts";
import { Forwarder } from "./forward/forwarder.ts";
import { Downlink } from "./ingest/downlink.ts";
import { GapHealer } from "./ingest/gap-healer.ts";
import { Intake } from "./ingest/intake.ts";
import { Listener } from "./ingest/listener.ts";
import { QuarantineSweeper } from "./ingest/quarantine-sweeper.ts";
import { Reader } from "./ingest/reader.ts";
import { Writer } from "./ingest/writer.ts";
import { listening } from "./listening.ts";
import { createPeopleDesk, type PeopleDesk } from "./people/desk.ts";
import { createFirstAdministrator, type OneTimePassword } from "./people/first-administrator.ts";
import { ensureServerKey, serverKeyFile } from "./people/server-key.ts";

import { EmbeddedPostgres } from "./postgres.ts";
import { AnnouncementListener } from "./store/announcement-listener.ts";
import { type DatabaseAddress, type OpenDatabase, openDatabase } from "./store/database.ts";
import { migrate, MigrationChangedError, SERVER_ROLE, serverRole } from "./store/migrate.ts";
import { createRepositories, type Repositories } from "./store/repositories.ts";

export interface ServerDependencies {
  readonly log: Logger;
  /** Address of a database that others run; without it the embedded one is started. */
  readonly databaseUrl?: string | undefined;
  /** How often gaps in the boxes' order are looked for; by default each minute. */
  readonly gapsEveryMs?: number | undefined;
  /** Folder of the built screen; without it only the interface answers. */
  readonly screenFolder?: string | undefined;
  /** Told of the first administrator of an empty database: their password is shown now or never. */
  readonly onFirstAdministrator?: ((first: OneTimePassword) => void) | undefined;
}

export interface Server {
  /** Resolves when it listens and reads. Throws the named error of the part that can't start, with all stopped again. */
  start(): Promise<void>;
  /** Ends reading, storing, forwarding and listening, in this order. */
  stop(): Promise<void>;
  /** Where it listens; known once started. */
  readonly url: string;
  /** Where boxes upload evidence to; undefined where none is taken. */
  readonly evidenceUrl: string | undefined;
  readonly feed: Feed;
  readonly repositories: Repositories;
  /** People who may sign in. */
  readonly desk: PeopleDesk;
  readonly figures: ServerFigures;
}

export interface ServerFigures {
  /** Event messages read since the start, repeated ones included. */
  readonly received: number;
  readonly quarantined: number;
  /** Messages dropped because the database was away; their boxes send them again. */
  readonly dropped: number;
  /** Events stored since the start, each once. */
  readonly stored: number;
  readonly repeated: number;
  /** Undefined where no evidence is taken. */
  readonly evidence: ReceiverFigures | undefined;
}

/** The database did not answer. */
export class DatabaseAwayError extends Error {
  override readonly name = "DatabaseAwayError";
}

const DATABASE_WAIT_MS = 60_000;
/** A page that is open asks every few seconds. */
const IDLE_MIN = 30;
const SESSION_H = 12;
const HOLD_MIN = 5;

interface Part {
  stop(): Promise<void>;
}

export function createServer(config: ServerConfig, dependencies: ServerDependencies): Server {
  const { log } = dependencies;
  const feed = new Feed();
  /** Started parts, the last first: the order of stopping. */
  const started: Part[] = [];
  let running:
    | {
        url: string;
        repositories: Repositories;
        desk: PeopleDesk;
        reader: Reader;
        writer: Writer;
        receiver: EvidenceReceiver | undefined;
      }
    | undefined;

  async function stop(): Promise<void> {
    // A part that can't be stopped keeps no other running; the first fault is told when all had their turn.
    const faults: unknown[] = [];
    for (let part = started.shift(); part !== undefined; part = started.shift()) {
      await part.stop().catch((fault: unknown) => faults.push(fault));
    }
    if (faults.length > 0) throw faults[0];
  }

  async function begin(): Promise<void> {
    const destinations = readDestinations(config.destinations);
    const wanted = destinationsFor(destinations);
    const { host, port, reach, tls, behindProxy } = listening(config.listen);
    const { key_file: keyFile, second_factor: secondFactorRoles = [], ...times } = config.people ?? {};
    const key = ensureServerKey(keyFile ?? serverKeyFile());
    const { second_officer: second = [], hold_min: holdMin = HOLD_MIN } = config.review ?? {};
    const { db, name, address } = await startDatabase();
    const repositories = createRepositories(db, {
      destinationsFor: wanted,
      needsTwo: (rule) => second.some((one) => one === rule),
      holdMs: holdMin * 60_000,
      auditKey: key.audit,
      sessionIdleMs: (times.idle_min ?? IDLE_MIN) * 60_000,
    });
    const lastsMs = (times.session_h ?? SESSION_H) * 3_600_000;
    const desk = createPeopleDesk({ repositories, key, lastsMs, secondFactorRoles });
    const first = await createFirstAdministrator(repositories.people, desk.passwords, new Date());
    if (first !== undefined) {
      log.info(
        { person: first.name },
        "the first administrator was made; the one-time password is not logged",
      );
      dependencies.onFirstAdministrator?.(first);
    }
    const broker = {
      url: config.broker.url,
      username: config.broker.username,
      passwordFile: config.broker.password_file,
      caFile: config.broker.ca_file,
    };

    const { forwards, cases, boxes, gaps } = repositories;
    const forwarders = destinations.map(
      (destination) => new Forwarder({ destination, forwards, cases, feed, log }),
    );
    for (const forwarder of forwarders) begun(forwarder);
    const onForwards = (): void => forwarders.forEach((forwarder) => forwarder.wake());
    const elsewhere = new Elsewhere({ ...repositories, feed, onForwards, log });
    started.unshift(elsewhere);
    begun(
      new AnnouncementListener({
        address,
        ownName: name,
        hear: (announcement) => elsewhere.hear(announcement),
        connected: () => elsewhere.missed(),
        log,
      }),
    );

    const downlink = begun(new Downlink(broker, log));
    const intake = new Intake();
    const writer = begun(
      new Writer({ db, intake, downlink, feed, destinationsFor: wanted, onForwards, log }),
    );
    const reader = begun(new Reader({ broker, intake, databaseAway: () => writer.databaseAway, log }));
    begun(new Listener({ broker, boxes, feed, log }));
    begun(new QuarantineSweeper(db, log));
    begun(new DueSweeper({ cases, watchList: repositories.watchList, log }));
    begun(new GapHealer({ broker, gaps, downlink, log, everyMs: dependencies.gapsEveryMs }));

    const vault = config.evidence === undefined ? undefined : new Vault(config.evidence.data);
    let receiver: EvidenceReceiver | undefined;
    if (config.evidence !== undefined && vault !== undefined) {
      const arrivals = new Arrivals({ db, vault, cases, feed });
      receiver = new EvidenceReceiver({
        ...{ config: config.evidence, vault, arrivals, log },
        registerKey: (box, body) => registerBoxKey(db, box, body),
      });
      await receiver.start();
      started.unshift(receiver);
      const signing = await ensureSigningKey(join(config.evidence.data, "server-key.pem"));
      const notary = new Notary({ db, vault, signing, name: serverName(signing.signer.key), log });
      await notary.start();
      started.unshift(notary);
      log.info({ url: receiver.url, key: signing.signer.key }, "taking evidence files");
    }

    const app = buildApp({
      ...{ repositories, desk, reach, tls, behindProxy },
      evidencePath: vault === undefined ? undefined : (sha256) => vault.path(sha256),
      feed,
      log,
      watch: (box, camera) => downlink.watch(box, camera),
      ready: {
        database: async () => (await sql`SELECT 1`.execute(db)).rows.length === 1,
        broker: () => Promise.resolve(reader.figures.connected > 0 && downlink.connected),
      },
      screenFolder: dependencies.screenFolder,
    });
    started.unshift({ stop: () => app.close() });
    const url = await app.listen({ host, port });
    log.info({ url, names: reach.names }, "listening");
    running = { url, repositories, desk, reader, writer, receiver };
  }

  function begun<T extends Part & { start(): void }>(part: T): T {
    part.start();
    started.unshift(part);
    return part;
  }

  async function startDatabase(): Promise<OpenDatabase & { address: DatabaseAddress }> {
    let address: DatabaseAddress;
    if (dependencies.databaseUrl === undefined) {
      const postgres = new EmbeddedPostgres(
        config.database?.data ?? join(cacheFolder(), "server", "postgresql"),
        log,
      );
      await postgres.start();
      started.unshift(postgres);
      address = postgres.connection;
    } else address = { connectionString: dependencies.databaseUrl };
    // The owner of the tables makes them and leaves; what runs has fewer rights.
    const owner = openDatabase(address, log);
    let role: string | undefined;
    try {
      const applied = await migrateWhenThere(owner, log);
      if (applied.length > 0) log.info({ applied }, "database migrated");
      role = await serverRole(owner.db);
    } finally {
      await owner.close();
    }
    if (role === undefined)
      log.warn(
        `the database's login may not make the role ${SERVER_ROLE}: triggers alone guard the audit trail`,
      );
    const opened = openDatabase(address, log, { role });
    started.unshift({ stop: () => opened.close() });
    return { ...opened, address };
  }

  function whenRunning(): NonNullable<typeof running> {
    if (running === undefined) throw new Error("the server is asked before it was started");
    return running;
  }

  return {
    start: async () => {
      try {
        await begin();
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
    feed,
    get url() {
      return whenRunning().url;
    },
    get evidenceUrl() {
      return whenRunning().receiver?.url;
    },
    get repositories() {
      return whenRunning().repositories;
    },
    get desk() {
      return whenRunning().desk;
    },
    get figures() {
      const { reader, writer, receiver } = whenRunning();
      const { received, dropped } = reader.figures;
      const { stored, repeated, quarantined } = writer.figures;
      return {
        received,
        quarantined,
        dropped,
        stored,
        repeated,
        evidence: receiver?.figures,
      };
    },
  };
}

/** A database that starts beside us may need a while. */
async function migrateWhenThere({ db }: OpenDatabase, log: Logger): Promise<string[]> {
  const deadline = Date.now() + DATABASE_WAIT_MS;
  for (;;) {
    try {
      return await migrate(db);
    } catch (error) {
      if (error instanceof MigrationChangedError) throw error;
      if (Date.now() > deadline) throw new DatabaseAwayError((error as Error).message, { cause: error });
      log.warn({ err: error }, "waiting for the database");
    }
    await delay(1_000);
  }
}
