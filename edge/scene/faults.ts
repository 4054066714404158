// Every fault of a scene that its schema cannot see, found before it runs.
import type { CameraConfig } from "../../config/camera.ts";
import type { Fault } from "../../config/fault.ts";
import type { Loaded } from "../../config/load.ts";
import type { RuleConfig } from "../../config/rule.ts";
import { lengthOf } from "../geometry/box.ts";
import type { PointPair } from "../geometry/homography.ts";
import { centroid, isSimple } from "../geometry/polygon.ts";
import { signedDistance } from "../geometry/segment.ts";
import { ruleOf } from "../rules/registry.ts";
import type { SceneNeed } from "../rules/rule.ts";
import { type Ground, groundAt, solveGround } from "./ground.ts";
import { toPoint } from "./place.ts";

type Path = readonly (string | number)[];

/** Faults in the order of the file's sections; empty when the scene may run. */
export function sceneFaults(loaded: Loaded<CameraConfig>): Fault[] {
  const config = loaded.value;
  return [
    ...groundFaults(loaded),
    ...lineFaults(loaded),
    ...polygonFaults(loaded, "lanes", config.lanes ?? []),
    ...laneFaults(loaded),
    ...polygonFaults(loaded, "zones", config.zones ?? []),
    ...signalFaults(loaded),
    ...(["lines", "lanes", "zones", "signals"] as const).flatMap((section) =>
      duplicateNames(loaded, section),
    ),
    ...ruleFaults(loaded),
  ];
}

function groundFaults(loaded: Loaded<CameraConfig>): Fault[] {
  const { ground, picture } = loaded.value;
  if (ground === undefined) return [];
  const faults = ground.points.flatMap((pair, index) =>
    insideFaults(loaded, ["ground", "points", index, "picture"], pair.picture),
  );
  const pairs = ground.points.map((pair) => ({ from: toPoint(pair.picture), to: toPoint(pair.metres) }));
  const solved = solveGround(pairs, picture, ground.camera_height_m, ground.distortion);
  if (solved === undefined) {
    faults.push(
      loaded.fault(
        ["ground", "points"],
        "degenerate points",
        "four or more pairs, no three of the first four in a line",
      ),
    );
  } else faults.push(...contradictionFaults(loaded, solved, pairs));
  return faults;
}

/** A pair this far from where the others put it, as a share of the ground's extent, was mistyped: measured plans are ten times better. */
const CONTRADICTION = 0.1;

/** More than four pairs check each other: names the one that fits worst when one cannot be right. */
function contradictionFaults(
  loaded: Loaded<CameraConfig>,
  ground: Ground,
  pairs: readonly PointPair[],
): Fault[] {
  const extentM = Math.max(
    ...pairs.flatMap(({ to }) => pairs.map((other) => lengthOf(to.x - other.to.x, to.y - other.to.y))),
  );
  const offM = pairs.map(({ from, to }) => {
    const at = groundAt(ground, from);
    return at === undefined ? Number.POSITIVE_INFINITY : lengthOf(at.x - to.x, at.y - to.y);
  });
  const worstM = Math.max(...offM);
  if (worstM <= CONTRADICTION * extentM) return [];
  const worst = offM.indexOf(worstM);
  const allowed = `a pair that agrees with the others: they put it ${worstM.toFixed(1)} m from here`;
  return [
    loaded.fault(["ground", "points", worst, "metres"], loaded.value.ground?.points[worst]?.metres, allowed),
  ];
}

function lineFaults(loaded: Loaded<CameraConfig>): Fault[] {
  return (loaded.value.lines ?? []).flatMap((line, index) => {
    const path = ["lines", index];
    const faults = [
      ...insideFaults(loaded, [...path, "from"], line.from),
      ...insideFaults(loaded, [...path, "to"], line.to),
    ];
    const segment = { from: toPoint(line.from), to: toPoint(line.to) };
    if (segment.from.x === segment.to.x && segment.from.y === segment.to.y) {
      faults.push(loaded.fault([...path, "to"], line.to, "a point other than `from`"));
    } else if (signedDistance(segment, toPoint(line.towards)) === 0) {
      faults.push(loaded.fault([...path, "towards"], line.towards, "a point beside the line, not on it"));
    }
    return faults;
  });
}

function polygonFaults(
  loaded: Loaded<CameraConfig>,
  section: "lanes" | "zones",
  items: readonly { readonly polygon: readonly (readonly number[])[] }[],
): Fault[] {
  return items.flatMap((item, index) => {
    const path = [section, index, "polygon"];
    const faults = item.polygon.flatMap((corner, at) => insideFaults(loaded, [...path, at], corner));
    if (!isSimple(item.polygon.map(toPoint))) {
      faults.push(
        loaded.fault(
          path,
          item.polygon,
          "corners in order round an area: no crossing edge, no repeated corner",
        ),
      );
    }
    return faults;
  });
}

function laneFaults(loaded: Loaded<CameraConfig>): Fault[] {
  return (loaded.value.lanes ?? []).flatMap((lane, index) => {
    const middle = centroid(lane.polygon.map(toPoint));
    const towards = toPoint(lane.towards);
    const distance = Math.hypot(towards.x - middle.x, towards.y - middle.y);
    return distance >= 1
      ? []
      : [loaded.fault(["lanes", index, "towards"], lane.towards, "a point away from the polygon's centre")];
  });
}

function signalFaults(loaded: Loaded<CameraConfig>): Fault[] {
  return [...restFaults(loaded), ...allLampFaults(loaded)];
}

/** A lamp changes while nobody is there, and since when it is red must be known when somebody comes. */
function restFaults(loaded: Loaded<CameraConfig>): Fault[] {
  const { analyse, count, signals = [] } = loaded.value;
  if (analyse !== "on-change") return [];
  const lamps = signals.some(({ from, check }) => from.lamps !== undefined || check?.lamps !== undefined);
  return [
    ...(lamps ? [loaded.fault(["analyse"], analyse, "always, where a signal is read from its lamps")] : []),
    ...(count?.by === "density"
      ? [loaded.fault(["analyse"], analyse, "always, where people are counted by their density")]
      : []),
  ];
}

function allLampFaults(loaded: Loaded<CameraConfig>): Fault[] {
  return (loaded.value.signals ?? []).flatMap((signal, index) =>
    (["from", "check"] as const).flatMap((source) =>
      lampFaults(loaded, ["signals", index, source], signal[source]),
    ),
  );
}

function lampFaults(
  loaded: Loaded<CameraConfig>,
  source: Path,
  from: NonNullable<CameraConfig["signals"]>[number]["from"] | undefined,
): Fault[] {
  return Object.entries(from?.lamps ?? {}).flatMap(([lamp, region]) => {
    const path = [...source, "lamps", lamp];
    const [x, y, width, height] = region as [number, number, number, number];
    const size = width > 0 && height > 0 ? [] : [loaded.fault(path, region, "a width and height above 0")];
    return [
      ...size,
      ...insideFaults(loaded, path, [x, y]),
      ...insideFaults(loaded, path, [x + width, y + height]),
    ];
  });
}

function insideFaults(loaded: Loaded<CameraConfig>, path: Path, point: readonly number[]): Fault[] {
  const { width, height } = loaded.value.picture;
  const { x, y } = toPoint(point);
  if (x >= 0 && y >= 0 && x <= width && y <= height) return [];
  return [loaded.fault(path, point, `inside the picture: 0–${width}, 0–${height}`)];
}

function duplicateNames(
  loaded: Loaded<CameraConfig>,
  section: "lines" | "lanes" | "zones" | "signals",
): Fault[] {
  const seen = new Set<string>();
  return (loaded.value[section] ?? []).flatMap((item, index) => {
    if (!seen.has(item.name)) {
      seen.add(item.name);
      return [];
    }
    return [loaded.fault([section, index, "name"], item.name, `a name that no other of ${section} has`)];
  });
}

function ruleFaults(loaded: Loaded<CameraConfig>): Fault[] {
  return (loaded.value.rules ?? []).flatMap((config, index) => {
    const rule = ruleOf(config.rule);
    if (rule === undefined) {
      return [
        loaded.fault(
          ["rules", index, "rule"],
          config.rule,
          "a rule kind of this release (this one is not available in this release)",
        ),
      ];
    }
    return [
      ...rule.needs(config).flatMap((need) => needFaults(loaded, index, config, need)),
      ...(rule.faults?.(config, loaded.value) ?? []).map(({ key, allowed }) =>
        loaded.fault(["rules", index, key], valueOf(config, key), allowed),
      ),
    ];
  });
}

function needFaults(loaded: Loaded<CameraConfig>, index: number, rule: RuleConfig, need: SceneNeed): Fault[] {
  const path = ["rules", index, need.key];
  if (need.kind === "ground") {
    return loaded.value.ground === undefined
      ? [
          loaded.fault(
            path,
            valueOf(rule, need.key),
            "this rule measures in metres: the scene needs `ground`",
          ),
        ]
      : [];
  }
  const items: readonly { name: string; kind?: string }[] = loaded.value[`${need.kind}s`] ?? [];
  const found = items.find((item) => item.name === need.name);
  if (found === undefined) {
    const names = items.map((item) => item.name).join(" ");
    return [
      loaded.fault(
        path,
        need.name,
        `the name of a ${need.kind} of this scene: ${names === "" ? "there is none" : names}`,
      ),
    ];
  }
  if (need.kinds !== undefined && found.kind !== undefined && !need.kinds.includes(found.kind)) {
    return [
      loaded.fault(
        path,
        need.name,
        `a ${need.kind} of kind ${need.kinds.join(" or ")}; this one is ${found.kind}`,
      ),
    ];
  }
  return [];
}

function valueOf(rule: RuleConfig, key: string): unknown {
  return (rule as unknown as Record<string, unknown>)[key];
}
