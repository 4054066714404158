// The live MP4 is cut at the same places however its bytes come, and damage is named.
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fragment, FragmentHead } from "../../../edge/camera/fragment.ts";
import { FragmentReader } from "../../../edge/camera/fragment-reader.ts";
import { boxesIn, Mp4Damage } from "../../../edge/camera/mp4-box.ts";
import { ffmpeg, makeClip, temporaryFolder } from "./clip-file.ts";

const folder = temporaryFolder();
const codec = ["-c:v", "libx264", "-preset", "fast", "-g", "25", "-bf", "2", "-pix_fmt", "yuv420p"];
const clip = makeClip(join(folder, "clip.mp4"), { size: "160x90", seconds: 4 }, ...codec);
const live = ffmpeg(
  ...["-i", clip, "-c", "copy", "-movflags", "frag_keyframe+empty_moov+default_base_moof+frag_discont"],
  ...["-write_prft", "wallclock", "-use_editlist", "0", "-f", "mp4", "pipe:1"],
);

interface Cut {
  readonly heads: FragmentHead[];
  readonly fragments: Fragment[];
}

function read(chunks: Iterable<Buffer>): Cut {
  const cut: Cut = { heads: [], fragments: [] };
  const events = {
    onHead: (head: FragmentHead) => cut.heads.push(head),
    onFragment: (fragment: Fragment) => cut.fragments.push(fragment),
  };
  const reader = new FragmentReader(events, (length) => Buffer.allocUnsafeSlow(length));
  for (const chunk of chunks) reader.push(chunk);
  return cut;
}

describe("FragmentReader", () => {
  it("gives the head once and every fragment from key frame to key frame, end to end", () => {
    const { heads, fragments } = read([live]);
    expect(heads).toHaveLength(1);
    expect(heads[0]?.parsed).toBe(true);
    expect(fragments).toHaveLength(4);
    for (const [index, { key, fromMs, toMs, decodeMs, reference }] of fragments.entries()) {
      const next = fragments[index + 1];
      expect(key).toBe(true);
      expect(toMs - fromMs).toBeCloseTo(1000, 3);
      if (next !== undefined) expect(next.fromMs).toBeCloseTo(toMs, 3);
      // Reordered pictures are decoded before they are shown.
      expect(decodeMs).toBeLessThan(fromMs);
      expect(Math.abs((reference?.ntpMs ?? 0) - Date.now())).toBeLessThan(60_000);
    }
  });

  it("gives the same however the bytes are cut, each fragment in memory of its own", () => {
    const whole = read([live]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 60 }), (sizes) => {
        const chunks: Buffer[] = [];
        let at = 0;
        for (let index = 0; at < live.length; index++) {
          const size = sizes[index % sizes.length] ?? 1;
          chunks.push(Buffer.from(live.subarray(at, at + size)));
          at += size;
        }
        const cut = read(chunks);
        for (const chunk of chunks) chunk.fill(0);
        expect(cut).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  it("waits for what is not whole yet", () => {
    const { heads, fragments } = read([live.subarray(0, live.length - 200)]);
    expect([heads.length, fragments.length]).toEqual([1, 3]);
  });

  it.each([
    ["no MP4 at all", Buffer.from("<html>a web page</html>")],
    ["a box larger than any fragment", Buffer.from([0x7f, 0xff, 0xff, 0xff, 0x6d, 0x64, 0x61, 0x74])],
    ["a box shorter than its header", Buffer.from([0, 0, 0, 4, 0x6d, 0x64, 0x61, 0x74])],
  ])("names %s", (_, bytes) => {
    expect(() => read([bytes])).toThrow(Mp4Damage);
  });

  it("never throws anything but Mp4Damage, whatever byte of a head is wrong", () => {
    const heads = [...boxesIn(live)].filter(({ type }) => type !== "mdat");
    const places = heads.flatMap(({ from, to }) =>
      Array.from({ length: to - from + 8 }, (_, at) => from - 8 + at),
    );
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.nat(255), (at, value) => {
        const bytes = Buffer.from(live);
        bytes[at] = value;
        try {
          read([bytes]);
        } catch (error) {
          expect(error).toBeInstanceOf(Mp4Damage);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
