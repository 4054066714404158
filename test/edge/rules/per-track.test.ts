// What rules remember of tracks: carried on, forgotten, and not copied without need.
import { describe, expect, it } from "vitest";
import { NO_TRACKS, stepPerTrack } from "../../../edge/rules/per-track.ts";
import type { RoadUser } from "../../../edge/rules/road-user.ts";

const users = (...ids: number[]): RoadUser[] => ids.map((id) => ({ track: { id } }) as RoadUser);

describe("state by track", () => {
  it("is stepped for every track of the frame and forgotten with the track", () => {
    const first = stepPerTrack<string>(NO_TRACKS, users(1, 2, 5), ({ track }) => `new ${track.id}`);
    expect(first).toEqual({ ids: [1, 2, 5], states: ["new 1", "new 2", "new 5"] });
    const second = stepPerTrack(first, users(2, 3, 5), ({ track }, state) => state ?? `late ${track.id}`);
    expect(second).toEqual({ ids: [2, 3, 5], states: ["new 2", "late 3", "new 5"] });
  });

  it("is the same value when nothing changed, and leaves the old one alone when something did", () => {
    const before = stepPerTrack<number>(NO_TRACKS, users(1, 2, 3), () => 0);
    expect(stepPerTrack(before, users(1, 2, 3, 4), (_user, state) => state)).toBe(before);
    const after = stepPerTrack(before, users(1, 2, 3), ({ track }, state) => (track.id === 2 ? 7 : state));
    expect(after.states).toEqual([0, 7, 0]);
    expect(before.states).toEqual([0, 0, 0]);
    expect(after.ids).toBe(before.ids);
  });

  it("drops what a rule has nothing more to remember of", () => {
    const before = stepPerTrack<number>(NO_TRACKS, users(1, 2), () => 1);
    expect(stepPerTrack<number>(before, users(1, 2), () => undefined)).toEqual({ ids: [], states: [] });
  });

  it("takes tracks in any order", () => {
    const before = stepPerTrack<number>(NO_TRACKS, users(9, 4, 7), ({ track }) => track.id);
    expect(stepPerTrack(before, users(7, 9, 4), (_user, state) => state)).toBe(before);
  });

  it("begins anew with a track that went over to another road user, unless that gave a case already", () => {
    const renewed = [3, 4].map((id) => ({ track: { id }, renewed: true }) as RoadUser);
    const before = stepPerTrack<{ raised?: boolean }>(NO_TRACKS, users(3, 4), ({ track }) =>
      track.id === 3 ? {} : { raised: true },
    );
    const known: unknown[] = [];
    stepPerTrack(before, renewed, (_user, state) => {
      known.push(state);
      return state;
    });
    expect(known).toEqual([undefined, { raised: true }]);
  });
});
