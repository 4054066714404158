// What one camera keeps in memory for the packages of its cases: its last video, and who was where in it.
import type { Clip, Span } from "../camera/clip.ts";
import type { FrameRequest, FrameSource } from "../camera/frame.ts";
import type { CameraConfig } from "../../config/camera.ts";
import type { Scene } from "../scene/scene.ts";
import type { Witness } from "./package-content.ts";
import { type Seen, SightingLog } from "./sighting-log.ts";

/**
 * Before a case up to 20 s are shown, after it 5 s; a case may wait 2 s for a plate, and for films of others. Raising it
 * survives more cases at once and takes memory: half a megabyte a second and camera at 4 Mbit/s.
 */
const KEPT_S = 60;
const MOST_MB = 48;

export class CameraWitness implements Witness {
  readonly scene: Scene;
  readonly sightings = new SightingLog(KEPT_S * 1000);
  /** What is asked of the camera for it. */
  readonly request: Pick<FrameRequest, "ring"> = { ring: { seconds: KEPT_S, megabytes: MOST_MB } };
  #source: FrameSource | undefined;

  constructor(scene: Scene) {
    this.scene = scene;
  }

  /** The camera was opened; its times are those of `see`. */
  watch(source: FrameSource): void {
    this.#source = source;
  }

  /** Everything in an analysed frame that may be a person or a vehicle, in pixels of the scene's picture. */
  see(tMs: number, seen: readonly Seen[]): void {
    this.sightings.see(tMs, seen);
  }

  async clip(span: Span, signal: AbortSignal): Promise<Clip> {
    return (await this.#source?.clip?.(span, signal)) ?? { parts: [], missing: [span] };
  }
}

/** Of a camera whose rules may raise cases; undefined for others: video that nobody will ask for is not kept. */
export function witnessOf(config: CameraConfig, scene: Scene): CameraWitness | undefined {
  return (config.rules ?? []).some(({ rule }) => !NO_CASES.has(rule)) ? new CameraWitness(scene) : undefined;
}

/** Rules whose events are counts, alerts, incidents or matches. */
const NO_CASES: ReadonlySet<string> = new Set([
  ...["pedestrian", "stalled", "congestion", "line-count", "flow", "queue", "watch-list", "loitering"],
  ...["crowd-over", "crowd-density", "crowd-surge", "crowd-dispersal"],
  ...["counter-flow", "flow-blocked", "gathering"],
]);
