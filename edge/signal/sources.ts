// What a camera's loop asks for the states of its signals: the lamps that it sees, and the controllers that the box hears.
import type { InputSpec } from "../../models/letterbox.ts";
import type { ControllerState } from "../rules/signals.ts";
import type { Controllers } from "./controllers.ts";
import { LampWatch } from "./lamp-watch.ts";

export interface SignalSources {
  readonly lamps?: LampWatch;
  controllers?(): ReadonlyMap<string, ControllerState>;
}

/** @param input how a frame's first small picture is made; undefined: no picture is asked for */
export function signalSources(
  input: InputSpec | undefined,
  controllers: Controllers | undefined,
): SignalSources {
  return {
    ...(input === undefined ? {} : { lamps: new LampWatch(input) }),
    ...(controllers === undefined ? {} : { controllers: () => controllers.states(performance.now()) }),
  };
}
