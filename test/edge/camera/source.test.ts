// A camera's password stays out of everything that is shown.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ffmpegInput } from "../../../edge/camera/ffmpeg-input.ts";
import { parseSource, redact } from "../../../edge/camera/source.ts";

describe("parseSource", () => {
  it.each([
    ["rtsp://10.0.0.7/1", undefined, "rtsp://10.0.0.7/1", "rtsp://10.0.0.7/1"],
    [
      "rtsp://admin@10.0.0.7/1",
      "p@ss/:'w",
      "rtsp://admin@10.0.0.7/1",
      "rtsp://admin:p%40ss%2F%3A%27w@10.0.0.7/1",
    ],
    [
      "rtsp://admin:in%20line@h:554/1?a=b",
      undefined,
      "rtsp://admin@h:554/1?a=b",
      "rtsp://admin:in%20line@h:554/1?a=b",
    ],
    ["rtsp://admin:old@h/1", "new", "rtsp://admin@h/1", "rtsp://admin:new@h/1"],
    ["rtsp://a:50%@h/1", undefined, "rtsp://a@h/1", "rtsp://a:50%25@h/1"],
    ["rtsp://u:p@ss@h/1", undefined, "rtsp://u@h/1", "rtsp://u:p%40ss@h/1"],
  ])("%s with password %s is shown as %s", (source, password, shown, secret) => {
    expect(parseSource(source, password)).toMatchObject({ kind: "rtsp", shown, secret });
  });

  it("takes everything without a scheme for a file, even a name with a colon", () => {
    expect(parseSource("/data/a:b@c.mp4")).toMatchObject({ kind: "file", shown: "/data/a:b@c.mp4" });
  });
});

describe("ffmpegInput", () => {
  it("never has the password among the arguments, and the list holds it only percent-encoded", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, maxLength: 30, unit: "binary-ascii" }), (password) => {
        const source = parseSource("rtsp://camera@10.0.0.7:554/live", `pw${password}`);
        const input = ffmpegInput(source);
        expect(input.args.join(" ")).not.toContain(`pw${password}`);
        expect(input.args.join(" ")).not.toContain(encodeURIComponent(`pw${password}`));
        // One quoted name on one line: nothing of the password ends the quotation or the line.
        expect(input.stdin?.split("\n")[1]).toMatch(
          /^file 'rtsp:\/\/camera:[A-Za-z0-9%._~-]*@10\.0\.0\.7:554\/live'$/,
        );
      }),
    );
  });
});

describe("redact", () => {
  it("takes the password out of ffmpeg's words in every form", () => {
    const source = parseSource("rtsp://admin@h/1", "p@ss");
    const text = redact("Impossible to open 'rtsp://admin:p%40ss@h/1' (p@ss) http://x:other@y/", source);
    expect(text).toBe("Impossible to open 'rtsp://admin@h/1' (***) http://x:***@y/");
  });
});
