// Topics: what is built is parsed back, and nothing else is.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { CHANNELS } from "../../contract/event.ts";
import { parseTopic, topics } from "../../contract/topics.ts";

const name = fc.stringMatching(/^[a-z0-9-]{1,40}$/);

describe("a topic", () => {
  test.prop([name, name, fc.constantFrom(...CHANNELS)])(
    "that was built is parsed back",
    (box, camera, channel) => {
      expect(parseTopic(topics.event(box, channel))).toEqual({ kind: "event", box, channel });
      expect(parseTopic(topics.live(box, camera))).toEqual({ kind: "live", box, camera });
      expect(parseTopic(topics.status(box))).toEqual({ kind: "status", box });
      expect(parseTopic(topics.ack(box))).toEqual({ kind: "ack", box });
      expect(parseTopic(topics.watch(box, camera))).toEqual({ kind: "watch", box, camera });
      expect(parseTopic(topics.desired(box, camera))).toEqual({ kind: "desired", box, name: camera });
      expect(parseTopic(topics.applied(box, camera))).toEqual({ kind: "applied", box, name: camera });
    },
  );

  it.each([
    ["ngatu/v1/Box/status", "upper case is no box name"],
    ["ngatu/v1/a/event/other", "the channel is unknown"],
    ["ngatu/v1/a/b/status", "one level too many"],
    ["ngatu/v2/a/status", "another version"],
    ["x/ngatu/v1/a/status", "another root"],
    ["", "nothing"],
  ])("%s is none of ours: %s", (topic) => {
    expect(parseTopic(topic)).toBeUndefined();
  });
});
