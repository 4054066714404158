// Counts lawful passages: road users that a rule had before its eyes and that no label accuses.
import type { CameraConfig } from "../../../config/camera.ts";
import type { RuleConfig } from "../../../config/rule.ts";
import type { Detection } from "../../../edge/detect/detection.ts";
import type { TruthLabel } from "./labels.ts";

type Spot = readonly [number, number];

/** What a rule watches in the picture. */
interface Watch {
  readonly rule: string;
  readonly onFoot: boolean;
  /** Whether someone `width` pixels wide, who was at `before` and is at `now`, came to what it watches. */
  met(before: Spot, now: Spot, width: number): boolean;
}

/**
 * A footway, a shoulder or a solid line is kept by all who ride beside it: they passed it lawfully when they came
 * within so many widths of their own box.
 */
const BESIDE = new Set(["sidewalk", "emergency-lane", "solid-line"]);
const BESIDE_WIDTHS = 6;
const VEHICLES = new Set(["bicycle", "motorcycle", "car", "bus", "truck"]);

/**
 * Lawful passages per rule: distinct truth identities whose box's bottom centre was inside the rule's lane or zone,
 * or crossed its line (or came beside it, above), less those that a label of the rule names. Its geometry is its own, not the product's.
 */
export interface PassageCount {
  /** Takes the next frame, as the detections file has it. */
  see(detections: readonly Detection[]): void;
  lawful(labels: readonly TruthLabel[]): Map<string, number>;
}

export function createPassageCount(camera: CameraConfig): PassageCount {
  const watches = (camera.rules ?? []).flatMap((rule) => watchOf(rule, camera));
  const met = new Map<string, Set<number>>(watches.map(({ rule }) => [rule, new Set()]));
  const last = new Map<number, Spot>();
  return {
    see(detections) {
      for (const { truthId, class: kind, box } of detections) {
        if (truthId === undefined) continue;
        const now: Spot = [(box.x1 + box.x2) / 2, box.y2];
        const before = last.get(truthId) ?? now;
        last.set(truthId, now);
        const isVehicle = VEHICLES.has(kind);
        if (!isVehicle && kind !== "person") continue;
        for (const watch of watches) {
          if (watch.onFoot === isVehicle) continue;
          const ids = met.get(watch.rule);
          if (ids?.has(truthId) === false && watch.met(before, now, box.x2 - box.x1)) ids.add(truthId);
        }
      }
    },
    lawful(labels) {
      for (const { rule, id } of labels) if (id !== undefined) met.get(rule)?.delete(id);
      return new Map([...met].map(([rule, ids]) => [rule, ids.size]));
    },
  };
}

function watchOf(rule: RuleConfig, camera: CameraConfig): Watch[] {
  const named = rule as { line?: string; lane?: string; zone?: string; from?: string };
  const place = named.zone ?? named.from;
  const zone = camera.zones?.find(({ name }) => name === place)?.polygon;
  const lane = camera.lanes?.find(({ name }) => name === named.lane)?.polygon;
  const line = camera.lines?.find(({ name }) => name === named.line);
  const base = { rule: rule.rule, onFoot: rule.rule === "pedestrian" };
  const beside = BESIDE.has(rule.rule);
  if (line !== undefined) {
    const [from, to] = [spot(line.from), spot(line.to)];
    if (beside)
      return [{ ...base, met: (_before, now, width) => apart(now, from, to) < BESIDE_WIDTHS * width }];
    return [{ ...base, met: (before, now) => crosses(before, now, from, to) }];
  }
  const polygon = (zone ?? lane)?.map(spot);
  if (polygon !== undefined && beside) {
    const edges = polygon.map((from, index): [Spot, Spot] => [
      from,
      polygon[(index + 1) % polygon.length] ?? from,
    ]);
    const near = (now: Spot, width: number): boolean =>
      edges.some(([from, to]) => apart(now, from, to) < BESIDE_WIDTHS * width);
    return [{ ...base, met: (_before, now, width) => within(now, polygon) || near(now, width) }];
  }
  return polygon === undefined ? [] : [{ ...base, met: (_before, now) => within(now, polygon) }];
}

function spot([x = 0, y = 0]: readonly number[]): Spot {
  return [x, y];
}

function side(p: Spot, a: Spot, b: Spot): number {
  return Math.sign((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]));
}

function crosses(p: Spot, q: Spot, a: Spot, b: Spot): boolean {
  return side(p, a, b) !== side(q, a, b) && side(a, p, q) !== side(b, p, q);
}

/** Distance of a point from a segment. */
function apart([x, y]: Spot, [ax, ay]: Spot, [bx, by]: Spot): number {
  const [dx, dy] = [bx - ax, by - ay];
  const share = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / Math.max(1e-9, dx * dx + dy * dy)));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}

/** Even–odd rule. */
function within([x, y]: Spot, polygon: readonly Spot[]): boolean {
  let odd = false;
  polygon.forEach(([x1, y1], index) => {
    const [x2, y2] = polygon[(index + 1) % polygon.length] ?? [x1, y1];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) odd = !odd;
  });
  return odd;
}
