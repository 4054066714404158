// Everything a demo runs: receiver, broker, server with its database, and one box, started in this order and stopped in the other.
import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Logger, pino } from "pino";
import { stringify } from "yaml";
import type { BoxConfig } from "../../config/box.ts";
import type { ServerConfig } from "../../config/server.ts";
import { enrol } from "../../edge/watchlist/enrol.ts";
import { galleryFile } from "../../edge/watchlist/gallery.ts";
import { ensureGalleryKey } from "../../edge/watchlist/key.ts";
import { EmbeddedBroker } from "../../server/broker.ts";
import { freePort } from "../../server/free-port.ts";
import { KeptProcess } from "../../server/kept-process.ts";
import { createServer, type Server } from "../../server/server.ts";
import { type IocSink, startIocSink } from "../../test/ioc-sink/ioc-sink.ts";
import { checkoutRoot } from "../checkout.ts";
import { screenFolder } from "../screen-folder.ts";
import type { Progress } from "../setup/progress.ts";
import { type DemoCameras, prepareCameras } from "./cameras.ts";
import { cutEnrolmentPicture } from "./faces.ts";
import { prepareModels } from "./models.ts";
import { createDemoPerson, type DemoPerson } from "./person.ts";
import { createRunFolder } from "./run-folder.ts";

export const SITE = "demo";
export const BOX = "demo-box";

export interface DemoOptions {
  readonly cache: string;
  /** 0: any free one. */
  readonly port: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Called when the first event of the box is in the database. */
  onFirstEvent(): void;
  /** Called with the body of each delivery that arrived. */
  readonly onDelivery?: (body: string) => void;
  /** The cameras in place of the demo's own three. */
  readonly prepareCameras?: typeof prepareCameras;
}

/** A running demo. */
export interface DemoSystem {
  readonly url: string;
  /** The screen's address with a ticket that signs one browser in, once. */
  readonly link: string;
  readonly person: DemoPerson;
  readonly folder: string;
  readonly server: Server;
  readonly sink: IocSink;
  readonly broker: EmbeddedBroker;
  readonly boxFolder: string;
  readonly log: Logger;
  /** What a viewer has to know: what the demo declares, and which weights it accepted. */
  readonly notes: readonly string[];
  /** Ends the box alone; what is in its outbox is given time to leave. */
  stopBox(): Promise<void>;
  /** Ends every process. The data folder is removed, or moved aside and named when it is to be kept. */
  stop(keep: boolean): Promise<string | undefined>;
}

/** Fetches, enrols and starts. Rejects with the named error of the part that cannot start, with all stopped again. */
export async function startDemo(options: DemoOptions): Promise<DemoSystem> {
  const { cache, progress, signal } = options;
  const folder = createRunFolder(cache);
  const boxFolder = join(folder, "box");
  const log = pino({ level: "debug" }, pino.destination({ dest: join(folder, "demo.log"), sync: false }));
  const parts: (() => Promise<void>)[] = [];
  const stopAll = async (): Promise<void> => {
    const ended = [];
    for (let part = parts.pop(); part !== undefined; part = parts.pop())
      ended.push(...(await Promise.allSettled([part()])));
    const failed = ended.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  };
  try {
    mkdirSync(boxFolder, { mode: 0o700 });
    const cameras = await (options.prepareCameras ?? prepareCameras)(boxFolder, { cache, progress, signal });
    const models = await prepareModels({ cache, progress, signal });
    await enrolOne(cameras, models, boxFolder, signal);

    const secretFile = join(boxFolder, "ioc.secret");
    const secret = `whsec_${randomBytes(24).toString("base64")}`;
    writeFileSync(secretFile, secret, { mode: 0o600 });
    const sink = await startIocSink({ secret, onBody: options.onDelivery });
    parts.push(() => sink.stop());
    const broker = new EmbeddedBroker({ boxes: [BOX], log });
    await broker.start();
    parts.push(() => broker.stop());
    const evidencePort = await freePort();
    const box = boxProcess(writeBoxConfig(boxFolder, cameras.files, broker, evidencePort), log);
    await box.start();
    let boxStopped: Promise<void> | undefined;
    const stopBox = (): Promise<void> => (boxStopped ??= box.stop());
    parts.push(stopBox);
    const server = createServer(
      serverConfig(options.port, folder, broker, sink.url, secretFile, evidencePort),
      {
        log,
        databaseUrl: process.env["DATABASE_URL"],
        screenFolder: screenFolder(),
      },
    );
    const unsubscribe = server.feed.subscribe(({ kind }) => {
      if (kind !== "event") return;
      unsubscribe();
      options.onFirstEvent();
    });
    // The box starts meanwhile: what it sees before the server listens waits in its outbox.
    await server.start();
    parts.push(() => server.stop(), stopBox); // the box goes first, while there is somebody to give its last events to
    signal.throwIfAborted();
    const person = await createDemoPerson(server);
    return {
      url: server.url,
      link: `${server.url}/#ticket=${person.ticket}`,
      person,
      notes: [...cameras.notes, ...models.notes],
      ...{ folder, server, sink, broker, boxFolder, log, stopBox },
      stop: async (keep) => {
        try {
          await stopAll();
        } finally {
          log.flush();
        }
        return removeFolder(folder, keep);
      },
    };
  } catch (cause) {
    await stopAll();
    rmSync(folder, { recursive: true, force: true });
    throw cause;
  }
}

function removeFolder(folder: string, keep: boolean): string | undefined {
  if (!keep) {
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
  const kept = join(dirname(folder), basename(folder).replace("run-", "kept-"));
  rmSync(kept, { recursive: true, force: true });
  renameSync(folder, kept);
  return kept;
}

/** One of the two men of the face camera is put on the watch list; the picture goes as soon as it was read. */
async function enrolOne(
  { faces }: DemoCameras,
  { faceDetector, faceEmbedder }: Awaited<ReturnType<typeof prepareModels>>,
  boxFolder: string,
  signal: AbortSignal,
): Promise<void> {
  const picture = join(boxFolder, "enrolment.png");
  try {
    await cutEnrolmentPicture(faces, picture, signal);
    const { key } = await ensureGalleryKey({ dataFolder: boxFolder, env: {} });
    await enrol(
      {
        picture,
        name: "Người mẫu 01",
        reason: "trình diễn / demonstration",
        authority: "ngatu demo",
        requester: "ngatu demo",
        expires: new Date(Date.now() + 24 * 3_600_000).toISOString(),
      },
      { galleryFile: galleryFile(boxFolder), key, detector: faceDetector, embedder: faceEmbedder },
    );
  } finally {
    rmSync(picture, { force: true });
  }
}

function serverConfig(
  port: number,
  folder: string,
  broker: EmbeddedBroker,
  sinkUrl: string,
  secretFile: string,
  evidencePort: number,
): ServerConfig {
  const { url, username, passwordFile } = broker.access("server");
  return {
    listen: { host: "127.0.0.1", port },
    database: { data: join(folder, "postgres") },
    broker: { url, username, password_file: passwordFile },
    evidence: {
      data: join(folder, "evidence"),
      passwords_file: broker.passwordsFile,
      listen: { port: evidencePort },
    },
    people: { key_file: join(folder, "server.key") },
    destinations: [{ name: "ioc", url: sinkUrl, secret_file: secretFile }],
  };
}

function writeBoxConfig(
  boxFolder: string,
  cameras: readonly string[],
  broker: EmbeddedBroker,
  evidencePort: number,
): string {
  const { url, username, passwordFile } = broker.access(BOX);
  const config: BoxConfig = {
    site: SITE,
    box: BOX,
    data: boxFolder,
    cameras: [...cameras],
    broker: { url, username, password_file: passwordFile },
    evidence: { url: `http://127.0.0.1:${evidencePort}` },
    accept_undocumented_weights: true,
    gallery: { key_file: join(boxFolder, "gallery.key") },
  };
  const file = join(boxFolder, "box.yaml");
  writeFileSync(file, stringify(config));
  return file;
}

function boxProcess(config: string, log: Logger): KeptProcess {
  return new KeptProcess({
    name: "edge",
    command: process.execPath,
    args: [join(checkoutRoot(), "dist/cli/main.js"), "edge", "--config", config],
    // The demo's gallery has a key file of its own.
    env: { ...process.env, NGATU_GALLERY_KEY: "" },
    stopSignal: "SIGTERM",
    log,
    ready: () => Promise.resolve(true), // its first status tells the server, which is what the screen shows
  });
}
