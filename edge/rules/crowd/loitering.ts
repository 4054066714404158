// People who stay in a zone longer than anybody ordinarily does.
import { type Meeting, stepMeetings } from "./meeting.ts";
import { everybody, peopleIn } from "./people.ts";
import { NOBODY, type Presences, stepPresences } from "./presence.ts";
import { zoneAlert } from "./zone-alert.ts";

/** Meetings of those who have been here for this share of the limit are looked into. */
const CONCERNS = 0.25;

interface Stayers {
  readonly presences: Presences;
  readonly meetings: readonly Meeting[];
}

export const loitering = zoneAlert<Stayers, "loitering">({
  kind: "loitering",
  version: 3,
  needsGround: false,
  initial: { presences: NOBODY, meetings: [] },
  holdS: () => 0,
  measure(memory, frame, zone, config) {
    const people = peopleIn(zone, frame);
    const attendance = { tMs: frame.tMs, all: everybody(frame), people };
    const maxMs = config.max_s * 1000;
    const { presences, meetings } = stepMeetings(
      memory.meetings,
      stepPresences(memory.presences, attendance),
      attendance,
      frame.tMs - CONCERNS * maxMs,
    );
    const staying: number[] = [];
    let longestMs = 0;
    for (const { id, sinceMs } of presences.here) {
      longestMs = Math.max(longestMs, frame.tMs - sinceMs);
      if (frame.tMs - sinceMs >= maxMs) staying.push(id);
    }
    const same = presences === memory.presences && meetings === memory.meetings;
    return {
      memory: same ? memory : { presences, meetings },
      measured: {
        value: staying.length,
        limit: 1,
        inclusive: true,
        persons: staying.length,
        because: {
          staying: staying.length,
          in_zone: people.length,
          longest_s: longestMs / 1000,
          max_s: config.max_s,
          tracks: staying,
        },
      },
    };
  },
});
