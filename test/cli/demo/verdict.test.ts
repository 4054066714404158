// The check's verdict: each thing that may go wrong is one sentence.
import { expect, test } from "vitest";
import { type DemoFigures, shortcomings } from "../../../cli/demo/verdict.ts";

const good: DemoFigures = {
  traffic_cases: 7,
  crowd_alerts: 2,
  face_matches: 1,
  produced: 40,
  stored: 40,
  acknowledged: 40,
  evidence_named: 7,
  evidence_arrived: 7,
  traffic_alerts_due: 5,
  face_matches_confirmed: 1,
  forwarded: 8,
  signatures_refused: 0,
  first_event_s: 12,
  rss_mb: 900,
};

test("figures that agree pass", () => {
  expect(shortcomings(good)).toEqual([]);
});

test.each<[string, Partial<DemoFigures>, string]>([
  ["a lost event", { stored: 39 }, "40 events produced, 39 stored"],
  ["a doubled event", { stored: 41 }, "40 events produced, 41 stored"],
  ["an event never acknowledged", { acknowledged: 38 }, "40 events produced, 38 acknowledged"],
  ["a file that never came", { evidence_arrived: 6 }, "7 evidence files named, 6 arrived"],
  ["an unconfirmed case that went out", { forwarded: 9 }, "8 messages due, 9 forwarded"],
  ["a forged message", { signatures_refused: 1 }, "1 messages with a signature that does not verify"],
  ["a silent product", { face_matches: 0 }, "no face match"],
])("%s fails the check", (_name, change, sentence) => {
  expect(shortcomings({ ...good, ...change })).toEqual([sentence]);
});
