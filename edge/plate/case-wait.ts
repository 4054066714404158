// Holds a fresh case for its vehicle's plate: read a moment later, the plate still goes with it.
import type { EventDraft, PipelineEvent } from "../event/event-draft.ts";
import type { KnownPlate } from "./tally.ts";

/** A case that waits. Plain data: it outlives a restart with the rule states that know of it. */
export interface WaitingCase {
  readonly draft: EventDraft;
  readonly trackId: number;
  /** Media time from which it waits no longer. */
  readonly untilMs: number;
}

/** A case waits so long for its plate, at most, ms of media time: longer would keep the officer and the alert waiting. */
export const PLATE_WAIT_MS = 2_000;
/** More waiting cases than this are a fault somewhere: the oldest goes on without a plate. */
const MOST_WAITING = 64;

const CASE = "vn.ngatu.traffic.case.v1";

/** One camera's. */
export class CaseWait {
  #waiting: WaitingCase[] = [];

  get waiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Whose plate is waited for. */
  isWaiting(trackId: number): boolean {
    return this.#waiting.some((each) => each.trackId === trackId);
  }

  /** Gives the events that go on at once; a case of a vehicle without a plate so far stays. */
  take(events: readonly PipelineEvent[], tMs: number): readonly PipelineEvent[] {
    if (!events.some(lacksPlate)) return events;
    const passed: PipelineEvent[] = [];
    for (const event of events) {
      const trackId = lacksPlate(event) ? trackOf(event.draft) : undefined;
      if (trackId === undefined) passed.push(event);
      else this.#waiting.push({ draft: event.draft, trackId, untilMs: tMs + PLATE_WAIT_MS });
    }
    const over = this.#waiting.splice(0, Math.max(0, this.#waiting.length - MOST_WAITING));
    return [...passed, ...over.map(({ draft }) => ({ draft, transient: false }))];
  }

  /** The cases whose plate is known by now, with it, and those whose time is over, without. */
  due(tMs: number, plateOf: (trackId: number) => KnownPlate | undefined): readonly PipelineEvent[] {
    if (this.#waiting.length === 0) return [];
    const events: PipelineEvent[] = [];
    this.#waiting = this.#waiting.filter(({ draft, trackId, untilMs }) => {
      const plate = plateOf(trackId);
      if (plate === undefined && tMs < untilMs) return true;
      events.push({ draft: plate === undefined ? draft : withPlate(draft, plate), transient: false });
      return false;
    });
    return events;
  }

  /** The end of a replay, or of a camera: nobody waits any longer. */
  finish(): readonly PipelineEvent[] {
    return this.#waiting.splice(0).map(({ draft }) => ({ draft, transient: false }));
  }

  snapshot(): readonly WaitingCase[] {
    return [...this.#waiting];
  }

  restore(waiting: readonly WaitingCase[]): void {
    this.#waiting = [...waiting];
  }
}

function lacksPlate({ draft }: PipelineEvent): boolean {
  return draft.type === CASE && !("plate" in draft.data) && trackOf(draft) !== undefined;
}

function trackOf({ data }: EventDraft): number | undefined {
  const { track } = data as { readonly track?: { readonly id: number } };
  return track?.id;
}

function withPlate(draft: EventDraft, plate: KnownPlate): EventDraft {
  return { ...draft, data: { ...draft.data, plate } };
}
