// What signal controllers say over MQTT: their last message of each phase, and how old it is.
import { Compile } from "typebox/compile";
import { SignalMessage } from "../../contract/messages.ts";
import type { ControllerState } from "../rules/signals.ts";

const validator = Compile(SignalMessage);

interface Said {
  readonly state: ControllerState["state"];
  /** How long the state held when it was said. */
  readonly heldMs: number;
  /** When it was said, ms of a clock that only grows. */
  readonly saidMs: number;
}

/** One per box. The keys are those of a signal's `mqtt`: the controller, a slash, the phase. What no signal names is not kept. */
export class Controllers {
  readonly controllers: readonly string[];
  readonly #wanted: ReadonlySet<string>;
  readonly #said = new Map<string, Said>();

  constructor(keys: Iterable<string>) {
    this.#wanted = new Set(keys);
    this.controllers = [...new Set([...this.#wanted].map(controllerOf))];
  }

  /**
   * Takes a message. A retained one is as old as it says it is, by the wall clock; any other was said now, whatever the
   * controller's clock shows. False when it is not understood.
   */
  hear(controller: string, message: unknown, retained: boolean, nowMs: number, wallMs: number): boolean {
    if (!validator.Check(message)) return false;
    const atMs = Date.parse(message.at);
    const sinceMs = Date.parse(message.since);
    if (Number.isNaN(atMs) || Number.isNaN(sinceMs)) return false;
    const key = this.#wanted.has(controller) ? controller : `${controller}/${message.phase}`;
    if (!this.#wanted.has(key)) return true;
    const ageMs = retained ? Math.max(0, wallMs - atMs) : 0;
    this.#said.set(key, {
      state: message.state,
      heldMs: Math.max(0, atMs - sinceMs),
      saidMs: nowMs - ageMs,
    });
    return true;
  }

  /** What holds now, by key. */
  states(nowMs: number): ReadonlyMap<string, ControllerState> {
    return new Map(
      [...this.#said].map(([key, { state, heldMs, saidMs }]) => {
        const ageMs = nowMs - saidMs;
        return [key, { state, forMs: heldMs + ageMs, ageMs }];
      }),
    );
  }
}

/** A key without a slash is a controller with a single phase. */
function controllerOf(key: string): string {
  return key.split("/")[0] ?? key;
}
