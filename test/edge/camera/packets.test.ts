// Rates and key-frame intervals come from the packets' own stamps.
import { describe, expect, it } from "vitest";
import { readPackets } from "../../../edge/camera/packets.ts";

function listing(frames: readonly { pts: number; key: boolean }[], timeBase = "1/1000"): string {
  const lines = frames.map(
    ({ pts, key }) =>
      `0, ${String(pts).padStart(10)}, ${String(pts).padStart(10)},       40,     1000, 0x1a2b3c4d${key ? "" : ", F=0x0"}`,
  );
  return [`#tb 0: ${timeBase}`, ...lines, ""].join("\n");
}

describe("readPackets", () => {
  it("measures the true rate and the longest key-frame interval", () => {
    const frames = Array.from({ length: 101 }, (_, index) => ({
      pts: index * 50,
      key: index === 0 || index === 30 || index === 90,
    }));
    expect(readPackets(listing(frames))).toEqual({
      frames: 101,
      seconds: 5,
      fps: 20,
      keyFrameIntervalS: 3,
      kbitPerS: 161.6,
    });
  });

  it("reads the time base", () => {
    const facts = readPackets(
      listing(
        [
          { pts: 0, key: true },
          { pts: 90_000, key: true },
        ],
        "1/90000",
      ),
    );
    expect(facts).toMatchObject({ seconds: 1, fps: 1, keyFrameIntervalS: 1 });
  });

  it("claims no rate of one frame, and nothing at all of none", () => {
    expect(readPackets(listing([{ pts: 7, key: true }]))).toEqual({ frames: 1, seconds: 0 });
    expect(readPackets("#tb 0: 1/25\n")).toBeUndefined();
  });
});
