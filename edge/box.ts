// Wires one box: models, inference pool, watch list, cameras, outbox and publisher.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Logger } from "pino";
import type { CameraConfig } from "../config/camera.ts";
import { CONTRACT, type Status } from "../contract/messages.ts";
import { detectorInput } from "../models/detector.ts";
import { CameraDetector } from "./detect/camera-detector.ts";
import { detectorView, type DetectorView } from "./detect/detector-view.ts";
import { createModelStore, type ModelStore } from "../models/store.ts";
import { BoxCamera } from "./box-camera.ts";
import { BoxEvidence } from "./box-evidence.ts";
import { type BoxPlan, errandOf, refuseOtherPictures, viewsOf } from "./box-plan.ts";
import { type BoxModels, chooseBoxModels, chooseDetector, densityOf, hashesOf } from "./box-models.ts";
import { createInferencePool, type InferencePool } from "./detect/pool.ts";
import type { EvidenceStore } from "./evidence/evidence-store.ts";
import { Outbox } from "./outbox/outbox.ts";
import { Publisher } from "./outbox/publisher.ts";
import type { ListedPlate } from "./plate/hot-list.ts";
import { type Product, productsOf, readsPlates } from "./products.ts";
import { Controllers } from "./signal/controllers.ts";
import { TrackLog } from "./track-log/track-log.ts";
import { galleryFile } from "./watchlist/gallery.ts";
import { createGalleryFollower, type GalleryFollower } from "./watchlist/gallery-follower.ts";
import { ensureGalleryKey } from "./watchlist/key.ts";

/** Detections from here on are handed to the tracker, whose second pass prolongs tracks with the doubtful ones. */
const DETECTION_THRESHOLD = 0.1;
/** Tracks are kept for so long, and a camera's take so much at most: a busy junction's three days. */
const TRACK_DAYS = 3;
const TRACK_MB = 200;
const SAVE_EVERY_MS = 1_000;

export interface BoxDependencies {
  readonly cache: string;
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
}

export class Box {
  readonly #plan: BoxPlan;
  readonly #dependencies: BoxDependencies;
  readonly #cameras: BoxCamera[] = [];
  #outbox: Outbox | undefined;
  #publisher: Publisher | undefined;
  #evidence: BoxEvidence | undefined;
  #pool: InferencePool | undefined;
  #models: BoxModels | undefined;
  #hotList: readonly ListedPlate[] = [];
  #gallery: GalleryFollower | undefined;
  #saving: NodeJS.Timeout | undefined;

  constructor(plan: BoxPlan, dependencies: BoxDependencies) {
    this.#plan = plan;
    this.#dependencies = dependencies;
  }

  /** Rejects when a part without which the box would be blind can't start; `stop()` in any case. */
  async start(): Promise<void> {
    const { config, cameras } = this.#plan;
    const { log } = this.#dependencies;
    const products = new Set<Product>(cameras.flatMap((camera) => [...productsOf(camera.config)]));
    const work = {
      products,
      plates: cameras.some((camera) => readsPlates(camera.config)),
      densities: cameras.flatMap(({ config: camera }) => densityOf(camera) ?? []),
    };
    const models = await chooseBoxModels(this.#store(), work, config.inference?.detector, log);
    this.#models = models;
    const views = viewsOf(models.detector.entry, cameras);
    const data = this.#path(config.data);
    mkdirSync(data, { recursive: true, mode: 0o700 });
    const outbox = this.#openOutbox(data);
    const controllers = new Controllers(controllerKeys(cameras));
    const publisher = this.#startPublisher(outbox, controllers);
    const evidence = await this.#startEvidence(data, outbox);
    const pool = await this.#startPool(models, [...views.values()]);
    await this.#followGallery(data, models, pool);
    const saved = outbox.ruleStates();
    const faces =
      models.faceDetector === undefined ? {} : { faces: detectorInput(models.faceDetector.entry) };
    for (const camera of cameras) {
      const view = views.get(camera.config.camera) ?? detectorView(models.detector.entry);
      const density = models.densities?.get(densityOf(camera.config) ?? "none");
      const people = density === undefined ? {} : { people: detectorInput(density.entry) };
      const canvas = view.tiling === undefined ? {} : { canvas: view.tiling.canvas };
      const one = new BoxCamera({
        ...camera,
        ...this.#trackLog(data, camera.config),
        site: config.site,
        box: config.box,
        modelHashes: hashesOf(models, camera.config),
        inputs: { detect: view.input, ...canvas, ...faces, ...people },
        detector: new CameraDetector({
          pool,
          view,
          scene: camera.scene,
          errand: errandOf(camera.config),
          density: density?.name,
        }),
        offences: this.#plan.offences,
        decoding: config.decoding,
        outbox,
        data,
        publisher,
        evidence,
        controllers,
        log,
      });
      one.setHotList(this.#hotList);
      this.#cameras.push(one);
      one.start(saved.get(one.name));
    }
    publisher.publishStatus();
    this.#saving = setInterval(() => this.#save(), SAVE_EVERY_MS);
    log.info({ box: config.box, cameras: cameras.length, products: [...products] }, "the box runs");
  }

  /**
   * Goes over to another detector of the catalogue (undefined: the best at hand) without stopping a camera. Rejects, and
   * the old one goes on, when it isn't at hand, takes other pictures than the cameras bring, or fails its proof.
   */
  async changeDetector(name: string | undefined): Promise<void> {
    const { log } = this.#dependencies;
    const [pool, models] = [this.#pool, this.#models];
    if (pool === undefined || models === undefined) throw new Error("the box does not run");
    const detector = await chooseDetector(this.#store(), name, log);
    if (detector.sha256 === models.detector.sha256) {
      log.info({ detector: detector.name }, "that detector runs already");
      return;
    }
    refuseOtherPictures(models.detector.entry, detector.entry, this.#plan.cameras);
    await pool.changeDetector(detector);
    this.#models = { ...models, detector };
    for (const [index, { config }] of this.#plan.cameras.entries())
      this.#cameras[index]?.changeModels(hashesOf(this.#models, config));
    log.info(
      { from: models.detector.name, to: detector.name, sha256: detector.sha256 },
      "another detector runs",
    );
  }

  /** Ends cameras first, then gives what waits in the outbox some time to leave; the rest stays on disk. */
  async stop(): Promise<void> {
    clearInterval(this.#saving);
    await Promise.all(this.#cameras.map((camera) => camera.stop()));
    if (this.#outbox !== undefined && this.#cameras.length > 0) this.#save();
    await this.#gallery?.stop();
    await this.#pool?.stop();
    await this.#publisher?.stop();
    await this.#evidence?.stop();
    this.#outbox?.close();
  }

  /** A new one reads the catalogues anew. */
  #store(): ModelStore {
    const { cache, env } = this.#dependencies;
    const acceptUndocumented = this.#plan.config.accept_undocumented_weights ?? false;
    return createModelStore({ cache, env, acceptUndocumented });
  }

  #trackLog(data: string, { camera }: CameraConfig): { tracks?: TrackLog } {
    const { days = TRACK_DAYS, max_mb: megabytes = TRACK_MB } = this.#plan.config.tracks ?? {};
    if (days === 0) return {};
    const folder = join(data, "tracks", camera);
    const maxBytes = megabytes * 1024 * 1024;
    return { tracks: new TrackLog({ folder, camera, maxDays: days, maxBytes, log: this.#dependencies.log }) };
  }

  #path(path: string): string {
    return resolve(this.#plan.folder, path);
  }

  #openOutbox(data: string): Outbox {
    const { site, box, outbox } = this.#plan.config;
    const maxBytes = outbox?.max_mb === undefined ? undefined : outbox.max_mb * 1024 * 1024;
    const maxAgeMs = outbox?.max_days === undefined ? undefined : outbox.max_days * 24 * 3_600_000;
    this.#outbox = new Outbox({ folder: data, site, box, maxBytes, maxAgeMs });
    return this.#outbox;
  }

  #startPublisher(outbox: Outbox, signals: Controllers): Publisher {
    const { config } = this.#plan;
    const { url, username, password_file: password, ca_file: ca } = config.broker;
    this.#publisher = new Publisher({
      outbox,
      box: config.box,
      broker: {
        url,
        username,
        passwordFile: password === undefined ? undefined : this.#path(password),
        caFile: ca === undefined ? undefined : this.#path(ca),
      },
      status: () => this.status(),
      resendMs: config.outbox?.resend_s === undefined ? undefined : config.outbox.resend_s * 1000,
      signals,
      log: this.#dependencies.log,
    });
    this.#publisher.start();
    return this.#publisher;
  }

  async #startEvidence(data: string, outbox: Outbox): Promise<EvidenceStore | undefined> {
    const { config, cameras } = this.#plan;
    const { broker, evidence } = config;
    if (evidence === undefined || broker.password_file === undefined) return undefined;
    const { version, log } = this.#dependencies;
    this.#evidence = new BoxEvidence({
      ...{ config, software: version, data, outbox, log },
      passwordFile: this.#path(broker.password_file),
      caFile: evidence.ca_file === undefined ? undefined : this.#path(evidence.ca_file),
      camera: (name) => {
        const planned = cameras.find((camera) => camera.config.camera === name);
        const witness = this.#cameras.find((camera) => camera.name === name)?.witness;
        return planned === undefined ? undefined : { config: planned.config, witness };
      },
    });
    await this.#evidence.start();
    return this.#evidence.store;
  }

  async #startPool(models: BoxModels, views: readonly DetectorView[]): Promise<InferencePool> {
    const { inference } = this.#plan.config;
    this.#pool = createInferencePool({
      ...models,
      densities: [...(models.densities?.values() ?? [])],
      views,
      workers: inference?.workers,
      providers: inference?.providers,
      threshold: inference?.threshold ?? DETECTION_THRESHOLD,
      proofs: join(this.#dependencies.cache, "proofs"),
      log: this.#dependencies.log,
    });
    await this.#pool.start();
    return this.#pool;
  }

  async #followGallery(data: string, models: BoxModels, pool: InferencePool): Promise<void> {
    const { gallery } = this.#plan.config;
    const { faceEmbedder } = models;
    if (faceEmbedder === undefined && models.plates === undefined) return;
    const { key } = await ensureGalleryKey({
      dataFolder: data,
      keyFile: gallery?.key_file === undefined ? undefined : this.#path(gallery.key_file),
      env: this.#dependencies.env,
    });
    this.#gallery = createGalleryFollower({
      file: galleryFile(data),
      key,
      ...(faceEmbedder === undefined
        ? {}
        : { faces: { model: faceEmbedder.sha256, onSet: (set) => pool.setGallery(set) } }),
      onPlates: (plates) => {
        this.#hotList = plates;
        for (const camera of this.#cameras) camera.setHotList(plates);
      },
      log: this.#dependencies.log,
    });
    await this.#gallery.start();
  }

  /** What the box says of itself. */
  status(): Omit<Status, "online" | "epoch"> {
    return {
      version: this.#dependencies.version,
      contract: [...CONTRACT],
      site: this.#plan.config.site,
      cameras: this.#cameras.map((camera) => camera.status),
    };
  }

  /** Open rule states, so that a restart neither repeats nor orphans an alert. */
  #save(): void {
    try {
      const states = this.#cameras.flatMap((camera) => {
        const state = camera.snapshot();
        return state === undefined ? [] : [[camera.name, state] as const];
      });
      this.#outbox?.saveRuleStates(new Map(states));
    } catch (error) {
      this.#dependencies.log.error({ err: error }, "open rule states were not saved");
    }
  }
}

/** The controllers' phases that some signal of some camera hears. */
function controllerKeys(cameras: BoxPlan["cameras"]): string[] {
  return cameras.flatMap(({ scene }) =>
    [...scene.signals.values()].flatMap(({ from, check }) => [from.mqtt ?? [], check?.mqtt ?? []].flat()),
  );
}
