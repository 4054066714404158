// The short form of `ngatu bench camera --faults`: a real RTSP camera whose clock is drawn into its picture.
import { describe, expect, it } from "vitest";
import { measureFaults } from "../../cli/bench/camera/faults.ts";
import { gstreamer } from "../camera-server/gstreamer.ts";

describe.skipIf(gstreamer === undefined)("a camera comes back with true times", () => {
  it.each([
    ["after its connection was cut", "cut"],
    ["when its time stamps run backwards", "stamps-backwards"],
    ["when its picture changes size", "size-change"],
    ["when its clock is an hour off", "clock-an-hour-off"],
  ])("%s", { timeout: 120_000 }, async (_, name) => {
    const { [name]: result } = await measureFaults([name]);
    expect(result).toMatchObject({ recovered: true, frames_with_wrong_time: 0 });
  });
});
