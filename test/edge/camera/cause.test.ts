// The cause of a run's end, from ffmpeg's own words.
import { describe, expect, it } from "vitest";
import { causeOfEnd } from "../../../edge/camera/cause.ts";
import { parseSource } from "../../../edge/camera/source.ts";

const source = parseSource("rtsp://viewer@10.0.0.7/1", "s3cret");
const quiet = { code: 0, signal: null } as const;

describe("causeOfEnd", () => {
  it.each([
    ["Connection to tcp://10.0.0.7:554 failed: Connection refused", "refused"],
    ["method DESCRIBE failed: 401 Unauthorized", "unauthorised"],
    ["method DESCRIBE failed: 404 Not Found", "not-found"],
    ["Failed to resolve hostname camera: Name or service not known", "unreachable"],
    ["rtsp://10.0.0.7/1: No route to host", "unreachable"],
    ["rtsp://10.0.0.7/1: Connection timed out", "timeout"],
    ["Stream specifier ':V:0' in filtergraph description matches no streams.", "no-picture-stream"],
    ["file:a.mp4: Invalid data found when processing input", "not-video"],
    ["moov atom not found", "not-video"],
  ])("takes “%s” for %s", (line, code) => {
    expect(causeOfEnd(source, { exit: quiet, errors: ["something before", line] }).code).toBe(code);
  });

  it("says that the stream ended when nothing else is known", () => {
    expect(causeOfEnd(source, { exit: quiet, errors: [] }).text).toBe(
      "rtsp://viewer@10.0.0.7/1: the stream ended",
    );
  });

  it("tells an ffmpeg that could not run or crashed from a stream that ended", () => {
    const lastLine =
      "ffmpeg: error while loading shared libraries: libx264.so (rtsp://viewer:s3cret@10.0.0.7/1)";
    const missing = causeOfEnd(source, { exit: { code: 127, signal: null, lastLine }, errors: [] });
    expect(missing).toMatchObject({
      code: "fault",
      text: expect.stringContaining("with status 127") as string,
    });
    expect(missing.text).not.toContain("s3cret");
    const crashed = causeOfEnd(source, { exit: { code: null, signal: "SIGSEGV" }, errors: [] });
    expect(crashed).toMatchObject({ code: "fault", text: expect.stringContaining("by SIGSEGV") as string });
  });

  it("names the missing program", () => {
    const fault = Object.assign(new Error("spawn ffmpeg ENOENT"), { code: "ENOENT" });
    expect(causeOfEnd(source, { exit: { code: null, signal: null, fault }, errors: [] }).code).toBe(
      "no-program",
    );
  });
});
