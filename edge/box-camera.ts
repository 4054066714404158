// One camera of a box: its source, its pipeline, and where its events, live messages and open states go.
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { CameraConfig } from "../config/camera.ts";
import type { OffenceEntry } from "../config/offences.ts";
import type { Status } from "../contract/messages.ts";
import type { HardwareDecoding } from "./camera/decoding.ts";
import type { CameraState, Frame, FrameSource } from "./camera/frame.ts";
import { shifted } from "./camera/shifted.ts";
import { causeOf, shownOf } from "./camera/shown-state.ts";
import { openStreams } from "./camera/substream.ts";
import { cameraPlates } from "./camera-plates.ts";
import { liveIdentity } from "./event/identity.ts";
import type { EventDraft, PipelineEvent } from "./event/event-draft.ts";
import { healthEvent } from "./event/health.ts";
import { isCase, withStill } from "./evidence/case-still.ts";
import type { EvidenceStore } from "./evidence/evidence-store.ts";
import { type CameraWitness, witnessOf } from "./evidence/camera-witness.ts";
import { ActivityGate } from "./gate/activity-gate.ts";
import { PictureHealth } from "./health/picture-health.ts";
import { referenceFile } from "./health/reference-file.ts";
import type { Outbox } from "./outbox/outbox.ts";
import type { Publisher } from "./outbox/publisher.ts";
import { isRefusal } from "./outbox/refusal.ts";
import {
  createPipeline,
  type FrameDetector,
  type Pipeline,
  type PipelineSnapshot,
  runPipeline,
} from "./pipeline.ts";
import { previewOf } from "./preview/camera-preview.ts";
import { type FrameNeeds, frameNeeds, type NetworkInputs } from "./frame-needs.ts";
import type { ListedPlate } from "./plate/hot-list.ts";
import { CaseWait, type WaitingCase } from "./plate/case-wait.ts";
import type { PlateWatch } from "./plate/watch.ts";
import { productsOf } from "./products.ts";
import type { Scene } from "./scene/scene.ts";
import type { TrackLog } from "./track-log/track-log.ts";
import type { Controllers } from "./signal/controllers.ts";
import { signalSources } from "./signal/sources.ts";

const DEFAULT_FPS = 5;
/** While the outbox refuses events (a full disk), frames are dropped and the refused events are offered again. */
const REFUSED_PAUSE_MS = 1_000;
/** A box that was away longer starts with fresh states: whoever was there has left. */
const STATE_LIFE_MS = 10 * 60_000;

export interface BoxCameraOptions {
  readonly config: CameraConfig;
  readonly scene: Scene;
  readonly password: string | undefined;
  /** Hardware to decode with. */
  readonly decoding?: HardwareDecoding | undefined;
  readonly site: string;
  readonly box: string;
  readonly modelHashes: Readonly<Record<string, string>>;
  /** What breaches are in law; absent: cases name no article. */
  readonly offences?: readonly OffenceEntry[];
  readonly inputs: NetworkInputs;
  readonly detector: FrameDetector;
  readonly outbox: Outbox;
  /** Folder of the box's data: the background of each camera is kept in it; absent: in memory alone. */
  readonly data?: string;
  readonly publisher: Publisher;
  /** Keeps the tracks of the last days, for dry runs; absent: nothing is kept. */
  readonly tracks?: TrackLog;
  /** Where files of cases wait to be uploaded; absent: a case carries its still itself. */
  readonly evidence?: EvidenceStore | undefined;
  /** What signal controllers say; absent: no signal of the box has one. */
  readonly controllers?: Controllers;
  /** A file's: by default its own, over and over; in lock step as fast as it is analysed, once, for measurements. */
  readonly pace?: "realtime-file" | "lock-step";
  readonly log: Logger;
}

/** What is saved of a camera between starts. */
interface SavedState {
  readonly wallMs: number;
  readonly pipeline: PipelineSnapshot;
  /** Cases that the rules have told and that wait for their plates. */
  readonly cases?: readonly WaitingCase[];
}

export class BoxCamera {
  readonly name: string;
  readonly #options: BoxCameraOptions;
  readonly #log: Logger;
  readonly #pipeline: Pipeline;
  readonly #needs: FrameNeeds;
  readonly #plates: PlateWatch | undefined;
  readonly #cases = new CaseWait();
  /** What its cases' packages are made of; undefined: nothing. */
  readonly witness: CameraWitness | undefined;
  readonly #stopping = new AbortController();
  #source: FrameSource | undefined;
  #running: Promise<void> | undefined;
  #shown = "starting";
  /** Why its loop ended, though nobody asked for it: a fault of ours, since cameras are waited for. */
  #ended: string | undefined;
  /** Whether the rules know of events that the outbox does not hold yet. */
  #accepting = false;
  /** The change of state that the outbox refused: the newest alone, told with the next events. */
  #untold: PipelineEvent | undefined;

  constructor(options: BoxCameraOptions) {
    const { config, scene, site, box, modelHashes } = options;
    this.name = config.camera;
    this.#options = options;
    this.#log = options.log.child({ camera: config.camera });
    this.#plates = cameraPlates(options, this.#cases, this.#log);
    this.witness = options.evidence === undefined ? undefined : witnessOf(config, scene);
    this.#needs = frameNeeds(config, scene, options.inputs, this.#plates !== undefined);
    this.#pipeline = createPipeline({
      scene,
      site,
      box,
      camera: config.camera,
      modelHashes,
      identify: liveIdentity,
      ...(options.offences === undefined ? {} : { offences: options.offences }),
    });
  }

  start(saved: unknown): void {
    const offsetMs = this.#restore(saved as SavedState | undefined);
    this.#releaseCases();
    const { config, password, decoding } = this.#options;
    const file = !/^[a-z][a-z0-9+.-]*:\/\//i.test(config.source);
    this.#source = openStreams({
      name: this.name,
      source: config.source,
      substream: config.substream,
      password,
      request: { ...this.#needs.request, ...this.witness?.request, fps: config.analyse_fps ?? DEFAULT_FPS },
      pace: file ? (this.#options.pace ?? "realtime-file") : "live",
      oneThread: true,
      decoding,
      gated: this.#gated,
      loop: file,
      log: this.#options.log,
      onState: (state) => this.#stateChanged(state),
    });
    const source = shifted(this.#source, offsetMs);
    this.witness?.watch(source);
    this.#running = this.#run(source);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#source?.stop();
    await this.#running;
    await this.#options.tracks?.stop();
  }

  /** The plates that are looked for from the next frame on. */
  setHotList(list: readonly ListedPlate[]): void {
    this.#pipeline.setHotList(list);
  }

  /** Other models from the next frame on: SHA-256 by task. */
  changeModels(modelHashes: BoxCameraOptions["modelHashes"]): void {
    this.#pipeline.changeModels(modelHashes);
  }

  /**
   * Open rule state and when it was saved; plain data. Undefined while events of the rules are on their way into the
   * outbox: saved without them, the state would say that they were told, and a kill would lose them.
   */
  snapshot(): SavedState | undefined {
    return this.#accepting ? undefined : this.#state();
  }

  #state(): SavedState {
    return { wallMs: Date.now(), pipeline: this.#pipeline.snapshot(), cases: this.#cases.snapshot() };
  }

  get status(): Status["cameras"][number] {
    const { config } = this.#options;
    const state: CameraState =
      this.#ended === undefined
        ? (this.#source?.state ?? { state: "starting" })
        : { state: "failed", cause: this.#ended };
    const cause = causeOf(state);
    return {
      name: this.name,
      state: state.state === "ended" ? "stopped" : state.state,
      products: [...productsOf(config)],
      ...(config.place === undefined ? {} : { place: config.place }),
      ...(cause === undefined ? {} : { cause }),
    };
  }

  /** A replay is never gated: it analyses every frame, whatever the camera file says. */
  get #gated(): boolean {
    return this.#options.config.analyse === "on-change" && this.#options.pace !== "lock-step";
  }

  /** Takes over what was saved. Gives what to add to the new media time, so that durations go on. */
  #restore(saved: SavedState | undefined): number {
    if (saved === undefined) return 0;
    // Their vehicles are gone by now: if the outbox refuses them, they go with the first frame.
    this.#cases.restore((saved.cases ?? []).map((each) => ({ ...each, untilMs: 0 })));
    const awayMs = Math.max(0, Date.now() - saved.wallMs);
    if (awayMs > STATE_LIFE_MS) return 0;
    this.#pipeline.restore(saved.pipeline);
    return saved.pipeline.tMs + awayMs;
  }

  async #run(source: FrameSource): Promise<void> {
    const { detector, publisher } = this.#options;
    try {
      await runPipeline({
        pipeline: this.#pipeline,
        source,
        detector,
        smallIndex: this.#needs.smallIndex,
        ...(this.#gated ? { gate: new ActivityGate() } : {}),
        ...this.#pictureHealth(),
        ...(this.#plates === undefined ? {} : { plates: this.#plates }),
        ...signalSources(this.#needs.firstInput, this.#options.controllers),
        onEvents: async (events, frame) => {
          this.#accepting = true;
          this.#options.tracks?.raise(events.flatMap((event) => (event.transient ? [] : [event.draft])));
          const told = await this.#withStills(events, frame, source);
          await this.#accept(this.#plates === undefined ? told : this.#cases.take(told, frame.time.tMs));
        },
        onFrame: async (frame) => {
          this.witness?.see(frame.time.tMs, this.#pipeline.bodies());
          const due = this.#cases.due(frame.time.tMs, (trackId) => this.#pipeline.plateOf(trackId));
          if (due.length > 0) this.#accepting = true;
          if (due.length > 0) await this.#accept(due);
          const { latest, scene } = this.#pipeline;
          if (latest !== undefined) this.#options.tracks?.see(latest, scene.hash);
        },
        onLive: async (live, frame) => {
          const watched = publisher.watched(this.name);
          const preview = watched ? await this.#picture(frame, source) : undefined;
          publisher.publishLive(this.name, preview === undefined ? live : { ...live, preview });
        },
        onFrameError: (error) => this.#log.warn({ err: error }, "a frame was not analysed"),
        signal: this.#stopping.signal,
      });
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#log.error({ err: error }, "the camera's loop ended");
      this.#ended = (error as Error).message;
      this.#tell(this.#health("failed", this.#ended));
      await this.#source?.stop();
      publisher.publishStatus();
    }
  }

  /** Traffic cases with one still of the moment at which the rule became true, heads hidden. */
  async #withStills(
    events: readonly PipelineEvent[],
    frame: Frame,
    source: FrameSource,
  ): Promise<readonly PipelineEvent[]> {
    if (!events.some(isCase)) return events;
    const still = await this.#picture(frame, source);
    return still === undefined ? events : await withStill(events, still, this.#options.evidence);
  }

  #pictureHealth(): { health?: PictureHealth } {
    const { data } = this.#options;
    const input = this.#needs.firstInput;
    const file = data === undefined ? {} : { file: referenceFile(data, this.name) };
    return input === undefined ? {} : { health: new PictureHealth({ input, ...file }) };
  }

  /** The frame as a person may see it: JPEG, base64. */
  async #picture(frame: Frame, source: FrameSource): Promise<string | undefined> {
    const input = this.#needs.firstInput;
    if (input === undefined || source.picture === undefined) return undefined;
    return await previewOf(
      frame,
      this.#pipeline.bodies(),
      this.#pipeline.scene.picture,
      input,
      source.picture,
    );
  }

  /**
   * Durable events and the rule states that belong to them, in one transaction; offered again while refused, once at
   * least when we stop. What is refused to the end is raised anew after the next start: its state was not saved.
   */
  async #accept(events: readonly PipelineEvent[]): Promise<void> {
    const drafts = events.filter((event) => !event.transient).map((event) => event.draft);
    // A case that waits is kept with the states that know of it.
    const kept = drafts.length > 0 || this.#cases.waiting;
    for (let refusals = 0; kept; refusals++) {
      const untold = this.#untold === undefined ? [] : [this.#untold.draft];
      const error = this.#refusalOf([...untold, ...drafts], new Map([[this.name, this.#state()]]));
      if (error === undefined) break;
      if (refusals % 60 === 0)
        this.#log.error({ err: error, events: drafts.length }, "the outbox refuses events");
      if (this.#stopping.signal.aborted) return;
      await sleep(REFUSED_PAUSE_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
    this.#accepting = false;
  }

  /** Where no frame comes there is no media time: what waits for a plate goes on without. Refused, it goes on waiting. */
  #releaseCases(): void {
    const waiting = this.#cases.snapshot();
    const drafts = this.#cases.finish().map(({ draft }) => draft);
    if (drafts.length === 0) return;
    const error = this.#refusalOf(drafts, new Map([[this.name, this.#state()]]));
    if (error !== undefined) this.#cases.restore(waiting);
  }

  #tell(event: PipelineEvent): void {
    this.#untold = event;
    const error = this.#refusalOf([event.draft]);
    if (error !== undefined) this.#log.error({ err: error }, "the outbox refuses a change of state");
  }

  /** Appends. Gives the operating fault that kept the outbox from it; throws any other. */
  #refusalOf(drafts: readonly EventDraft[], states?: ReadonlyMap<string, unknown>): Error | undefined {
    try {
      this.#options.outbox.append(drafts, states);
      this.#untold = undefined;
      return undefined;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return error;
    }
  }

  #stateChanged(state: CameraState): void {
    this.#options.publisher.publishStatus();
    if (state.state !== "running") this.#releaseCases();
    const shown = shownOf(state);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#tell(this.#health(shown, causeOf(state)));
  }

  #health(state: string, cause: string | undefined): PipelineEvent {
    const { site, box } = this.#options;
    const draft = healthEvent({ site, box, camera: this.name, component: "camera", state, cause });
    return { draft, transient: false };
  }
}
