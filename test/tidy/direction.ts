// The import table: which folder may import which, so that data flows one way.

/** Folders or files, the longest match decides. A value that ends with `!` may be imported for its types only. */
export const DIRECTION: Readonly<Record<string, readonly string[]>> = {
  // The nouns both sides speak of.
  contract: [],
  config: ["contract"],
  // Networks: no cameras, no events.
  models: ["config/cache-folder.ts"],

  // camera → detect → track → rules → event → outbox
  "edge/worker-file.ts": [],
  "edge/geometry": [],
  "edge/clock": ["edge/camera/frame.ts!"],
  "edge/camera": ["contract", "config", "edge/worker-file.ts", "edge/clock"],
  "edge/health": ["edge/camera/frame.ts!", "edge/geometry", "edge/rules/rule.ts!", "models/letterbox.ts"],
  "edge/gate": ["edge/camera/frame.ts!"],
  "edge/preview": ["contract", "edge/camera", "edge/geometry", "models/letterbox.ts"],
  "edge/watchlist": ["contract", "config", "edge/geometry", "edge/plate/hot-list.ts!", "models"],
  "edge/watchlist/enrol-plate.ts": ["edge/plate/tally.ts", "edge/watchlist"],
  "edge/watchlist/record.ts": ["edge/watchlist"],
  "edge/detect": [
    "contract",
    "config",
    "edge/worker-file.ts",
    "edge/camera",
    "edge/geometry",
    "edge/plate",
    "edge/watchlist",
    "models",
  ],
  // Enrolling looks for a face as a camera does, and stores it: above both.
  "edge/watchlist/enrol.ts": ["contract", "edge/detect", "edge/geometry", "edge/watchlist", "models"],
  "edge/watchlist/enrol-error.ts": ["edge/detect/face-observation.ts!"],
  "edge/watchlist/picture.ts": ["edge/detect/still.ts", "edge/watchlist"],
  "edge/track": ["contract", "edge/geometry", "edge/detect/detection.ts!"],
  // A scene asks each rule what it needs; a rule sees the scene as a value.
  "edge/scene": ["contract", "config", "edge/geometry", "edge/rules"],
  "edge/rules": [
    "contract",
    "config",
    "edge/geometry",
    "edge/scene",
    "edge/track",
    "edge/plate/hot-list.ts!",
    "edge/watchlist/candidate.ts!",
  ],
  "edge/event": [
    "contract",
    "config",
    "edge/rules",
    "edge/scene",
    "edge/camera/frame.ts!",
    "edge/track/track.ts!",
  ],
  "edge/evidence": [
    "contract",
    "config",
    "edge/event/event-draft.ts!",
    "edge/camera",
    "edge/geometry",
    "edge/preview/heads.ts",
    "edge/scene/scene.ts!",
  ],
  "edge/track-log": ["contract", "edge/event/event-draft.ts!", "edge/rules/rule.ts!"],
  "edge/outbox": ["contract", "config", "edge/event", "edge/evidence"],
  "edge/plate": [
    "contract",
    "models",
    "edge/geometry",
    "edge/camera/frame.ts!",
    "edge/detect/detection.ts!",
    "edge/event/event-draft.ts!",
    "edge/track/track.ts!",
  ],
  "edge/signal": [
    "contract",
    "config",
    "models",
    "edge/camera/frame.ts!",
    "edge/rules/signals.ts!",
    "edge/scene/scene.ts!",
  ],
  "edge/detections-file.ts": ["contract", "config", "edge/detect", "edge/geometry", "edge/rules"],
  // Composition of one camera and of one box.
  edge: ["contract", "config", "models", "edge"],

  // (MQTT) → ingest → store → alert → forward | api
  "server/store": ["contract", "config"],
  "server/alert": ["contract", "server/store"],
  "server/ingest": ["contract", "config", "server/store", "server/alert"],
  "server/evidence": ["contract", "config", "server/store", "server/alert"],
  "server/forward": ["contract", "config", "server/store", "server/alert"],
  "server/forecast": ["server/store"],
  "server/audit": ["server/store"],
  "server/people": ["config", "server/store"],
  "server/api": [
    ...["contract", "config", "server/store", "server/alert", "server/forecast"],
    ...["server/audit", "server/people"],
  ],
  "server/screen": ["contract!", "server/api/schemas.ts!", "server/api/people-schemas.ts!"],
  // A page of its own, which checks evidence as the command does.
  "server/screen/verifier": ["contract"],
  server: ["contract", "config", "server"],

  // Composition roots and judges.
  cli: [
    "contract",
    "config",
    "models",
    "edge",
    "server",
    "cli",
    "test/ioc-sink",
    "test/scenario",
    "test/camera-server",
  ],
  "test/ioc-sink": ["contract"],
  "test/camera-server": ["config"],
  "test/scenario": ["contract", "config", "edge"],
  test: ["contract", "config", "models", "edge", "server", "cli", "test"],
};

/** The reason why one import is not allowed, or undefined. */
export function whyNot(from: string, to: string, typeOnly: boolean): string | undefined {
  const layer = layerOf(from);
  if (layer === undefined) return undefined; // configuration files of tools
  if (within(to, layer) && layerOf(to) === layer) return undefined;
  const rule = DIRECTION[layer]?.find((allowed) => within(to, allowed.replace(/!$/, "")));
  if (rule === undefined)
    return `${from} imports ${to}: ${layer} may import ${(DIRECTION[layer] ?? []).join(" ")}`;
  if (rule.endsWith("!") && !typeOnly)
    return `${from} imports ${to}: ${layer} may import types from there only`;
  return undefined;
}

function layerOf(file: string): string | undefined {
  return Object.keys(DIRECTION)
    .filter((layer) => within(file, layer))
    .sort((a, b) => b.length - a.length)[0];
}

function within(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}/`);
}
