// Reads the signals whose lamps a camera sees, from each analysed frame.
import type { SignalState } from "../../config/camera.ts";
import { type InputSpec, place } from "../../models/letterbox.ts";
import type { Frame } from "../camera/frame.ts";
import type { Scene, SceneSignal } from "../scene/scene.ts";
import { type Colour, LAMPS, type LampColours, litLamp } from "./lamp-colour.ts";
import { createLampState, type LampState } from "./lamp-state.ts";
import { meanOfFull, meanOfSmall, type Rectangle } from "./mean-colour.ts";

type Size = { readonly width: number; readonly height: number };
type Regions = Readonly<Partial<Record<(typeof LAMPS)[number], readonly number[]>>>;

/** A lamp narrower than this in the small picture is read from the full-size one: its edge would be half of it. */
const LEAST_PIXELS = 5;

/** Whether some lamp of the scene is too small to be read from a detector's picture. */
export function lampsNeedFull(scene: Scene, input: InputSpec | undefined): boolean {
  if (input === undefined) return false;
  const share = place(scene.picture, input).width / scene.picture.width;
  return [...scene.signals.values()].some((signal) =>
    Object.values(lampsOf(signal) ?? {}).some((region) => (region[2] ?? 0) * share < LEAST_PIXELS),
  );
}

/** Follows all signals of one camera that have lamps; one per camera, frames in time order. */
export class LampWatch {
  readonly #input: InputSpec;
  #sceneHash = "";
  #states = new Map<string, LampState>();

  /** @param input how the frame's first small picture was made */
  constructor(input: InputSpec) {
    this.#input = input;
  }

  /** States by signal name; a signal that this frame neither confirms nor makes unknown is left out. */
  async look(frame: Frame, source: Size, scene: Scene): Promise<Readonly<Record<string, SignalState>>> {
    if (scene.hash !== this.#sceneHash) {
      this.#sceneHash = scene.hash;
      this.#states = new Map();
    }
    const states: Record<string, SignalState> = {};
    for (const signal of scene.signals.values()) {
      const regions = lampsOf(signal);
      if (regions === undefined) continue;
      const colours = await this.#colours(frame, source, scene.picture, regions);
      let follower = this.#states.get(signal.name);
      if (follower === undefined) this.#states.set(signal.name, (follower = createLampState()));
      const state = follower.see(colours === undefined ? undefined : litLamp(colours), frame.time.tMs);
      if (state !== undefined) states[signal.name] = state;
    }
    return states;
  }

  /** Undefined where a region lies outside the picture. */
  async #colours(
    frame: Frame,
    source: Size,
    drawn: Size,
    regions: Regions,
  ): Promise<LampColours | undefined> {
    const mean = this.#meanOf(frame, source, drawn);
    const areas = LAMPS.flatMap((name) =>
      regions[name] === undefined ? [] : [{ name, area: areaOf(regions[name]) }],
    );
    const [around, ...means] = await Promise.all([
      mean(surroundings(areas.map(({ area }) => area))),
      ...areas.map(({ area }) => mean(area)),
    ]);
    if (around === undefined || means.includes(undefined)) return undefined;
    const lamps = Object.fromEntries(areas.map(({ name }, index) => [name, means[index]]));
    return { lamps, around };
  }

  /** The mean of an area given in pixels of the scene. */
  #meanOf(frame: Frame, source: Size, drawn: Size): (area: Rectangle) => Promise<Colour | undefined> {
    const { full } = frame;
    if (full !== undefined) {
      return (area) =>
        meanOfFull(full, scaled(area, full.width / drawn.width, full.height / drawn.height, 0, 0));
    }
    const small = frame.small[0];
    const { width, height, offsetX, offsetY } = place(source, this.#input);
    return async (area) =>
      small === undefined
        ? undefined
        : await meanOfSmall(
            small,
            scaled(area, width / drawn.width, height / drawn.height, offsetX, offsetY),
          );
  }
}

function lampsOf(signal: SceneSignal): Regions | undefined {
  return signal.from.lamps ?? signal.check?.lamps;
}

function areaOf(region: readonly number[]): Rectangle {
  const [left = 0, top = 0, width = 0, height = 0] = region;
  return { left, top, width, height };
}

/** The box round all lamps, grown by half a lamp on each side. */
function surroundings(areas: readonly Rectangle[]): Rectangle {
  const left = Math.min(...areas.map((area) => area.left - area.width / 2));
  const top = Math.min(...areas.map((area) => area.top - area.height / 2));
  const right = Math.max(...areas.map((area) => area.left + area.width * 1.5));
  const bottom = Math.max(...areas.map((area) => area.top + area.height * 1.5));
  return { left, top, width: right - left, height: bottom - top };
}

function scaled(area: Rectangle, x: number, y: number, offsetX: number, offsetY: number): Rectangle {
  return {
    left: area.left * x + offsetX,
    top: area.top * y + offsetY,
    width: area.width * x,
    height: area.height * y,
  };
}
