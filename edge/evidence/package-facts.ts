// What a manifest says of a case, from its event and the camera's file.
import type { CameraConfig } from "../../config/camera.ts";
import type { Event } from "../../contract/event.ts";
import type { Checker } from "../../contract/evidence/signer.ts";
import type { ClockState, Manifest } from "../../contract/evidence/manifest.ts";
import type { UnsignedManifest } from "../../contract/evidence/seal.ts";
import { encodeCanonical } from "../../contract/evidence/canonical-json.ts";
import { localTime, UTC_OFFSET } from "./local-time.ts";
import type { PackageContent } from "./package-content.ts";

/** Who makes the package, when, and at which place of its chain. */
export interface Maker {
  readonly site: string;
  readonly box: string;
  readonly software: string;
  readonly camera: CameraConfig;
  readonly chain: Manifest["chain"];
  readonly nowMs: number;
  /** The box's clock as it was last measured. */
  readonly boxClock: ClockState;
}

interface ClockData {
  readonly source: string;
  readonly offset_ms: number;
  readonly uncertainty_ms?: number;
}

export async function factsOf(
  event: Event,
  content: PackageContent,
  maker: Maker,
  checker: Checker,
): Promise<UnsignedManifest> {
  const { id, type, source, subject, time, epoch, sequence } = event;
  const data = told(event.data);
  const { site, box, software, camera, chain, nowMs, boxClock } = maker;
  const clock = data["clock"] as ClockData | undefined;
  // Its address stays on the box: it may hold a name, and says where a camera can be reached.
  const configuration = without(camera, ["source", "substream"]);
  return {
    made_at: new Date(nowMs).toISOString(),
    ...{ site, box, camera: camera.camera, software, chain },
    event: { id, type, source, subject, time, epoch, sequence, data },
    ...(camera.place === undefined ? {} : { place: camera.place }),
    local_time: localTime(Date.parse(time)),
    utc_offset: UTC_OFFSET,
    ...signalOf(data, camera),
    clocks: { camera: cameraClock(clock), box: boxClock },
    hashes: {
      scene: String(data["scene_hash"]),
      configuration: await checker.sha256(encodeCanonical(configuration)),
      models: data["model_hashes"] as Record<string, string>,
    },
    originals: content.originals,
    files: content.files.map(({ listed }) => listed),
    missing: content.missing,
  };
}

/** The event's data without what only shows: a picture in Base64 is not signed twice. */
function told(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return without(data, ["still", "evidence"]);
}

function without(value: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

function cameraClock(clock: ClockData | undefined): ClockState {
  if (clock === undefined) return { method: "unknown" };
  const { source, offset_ms, uncertainty_ms } = clock;
  return { method: source, offset_ms, ...(uncertainty_ms === undefined ? {} : { uncertainty_ms }) };
}

function signalOf(
  data: Readonly<Record<string, unknown>>,
  camera: CameraConfig,
): Pick<UnsignedManifest, "signal"> {
  const because = (data["because"] ?? {}) as Readonly<Record<string, unknown>>;
  const { signal, state } = because;
  if (typeof signal !== "string") return {};
  const redForMs = because["red_for_ms"];
  const from = camera.signals?.find(({ name }) => name === signal)?.from;
  return {
    signal: {
      name: signal,
      state: typeof state === "string" ? state : "red",
      ...(from === undefined ? {} : { source: Object.keys(from).join(" ") }),
      ...(typeof redForMs === "number" ? { since_red_s: redForMs / 1000 } : {}),
    },
  };
}
