// When frames are spared and when a camera rests: never while somebody is followed or the picture changes.
import { describe, expect, it } from "vitest";
import type { SmallPicture } from "../../../edge/camera/frame.ts";
import { ActivityGate } from "../../../edge/gate/activity-gate.ts";
import { PictureChange } from "../../../edge/gate/picture-change.ts";

const SIZE = 96;

/** A grey picture with some noise, brighter by `light`, and a square of `side` pixels in it. */
function picture(light = 0, side = 0, seed = 1): SmallPicture {
  const pixels = new Uint8Array(new SharedArrayBuffer(SIZE * SIZE * 3));
  for (let at = 0; at < pixels.length; at++) {
    const x = Math.floor(at / 3) % SIZE;
    const y = Math.floor(at / 3 / SIZE);
    const noise = ((at * 7919 * seed) % 7) - 3;
    pixels[at] = 100 + light + noise + (x >= 40 && x < 40 + side && y >= 40 && y < 40 + side ? 60 : 0);
  }
  return { width: SIZE, height: SIZE, pixels };
}

describe("a picture's change", () => {
  it("is unknown before an empty scene is, and none between two pictures of it", () => {
    const change = new PictureChange();
    expect(change.differs(picture())).toBe(true);
    change.keep();
    expect(change.differs(picture(0, 0, 2))).toBe(false);
  });

  it("is somebody who came, however small, and not the light as a whole", () => {
    const change = new PictureChange();
    change.differs(picture());
    change.keep();
    expect(change.differs(picture(20))).toBe(false);
    expect(change.differs(picture(0, 12))).toBe(true);
  });
});

describe("an activity gate", () => {
  /** Steps of 200 ms; gives which frames were wanted and whether the camera rests at the end. */
  function run(
    gate: ActivityGate,
    frames: readonly { picture: SmallPicture; quiet: boolean }[],
    fromMs = 0,
    settled = true,
  ) {
    const wanted = frames.map(({ picture: seen, quiet }, index) => {
      const tMs = fromMs + index * 200;
      const wants = gate.wants(tMs, seen, quiet);
      gate.saw(tMs, wants, quiet, settled);
      return wants;
    });
    return { wanted, resting: gate.resting };
  }
  const empty = (count: number) => Array.from({ length: count }, () => ({ picture: picture(), quiet: true }));

  it("spares an unchanged scene but for a look now and then, and lets the camera rest after a while", () => {
    const { wanted, resting } = run(new ActivityGate(), empty(60));
    expect(wanted[0]).toBe(true);
    expect(wanted.filter(Boolean).length).toBeLessThan(6);
    expect(resting).toBe(true);
    expect(run(new ActivityGate(), empty(10)).resting).toBe(false);
  });

  it("spares frames but does not let the camera rest while the picture's own health needs them", () => {
    const { wanted, resting } = run(new ActivityGate(), empty(60), 0, false);
    expect(wanted.filter(Boolean).length).toBeLessThan(6);
    expect(resting).toBe(false);
  });

  it("spares no frame while anybody is followed, even one who stands still", () => {
    const gate = new ActivityGate();
    run(gate, empty(20));
    const followed = Array.from({ length: 40 }, () => ({ picture: picture(), quiet: false }));
    const { wanted, resting } = run(gate, followed, 4_000);
    expect(wanted.every(Boolean)).toBe(true);
    expect(resting).toBe(false);
  });

  it("wakes in the very frame in which something has changed", () => {
    const gate = new ActivityGate();
    run(gate, empty(60));
    const { wanted, resting } = run(gate, [{ picture: picture(0, 16), quiet: false }], 12_000);
    expect(wanted).toEqual([true]);
    expect(resting).toBe(false);
  });

  it("takes what the detector has no name for into the scene", () => {
    const gate = new ActivityGate();
    run(gate, empty(30));
    const changed = Array.from({ length: 30 }, () => ({ picture: picture(0, 16), quiet: true }));
    const { wanted, resting } = run(gate, changed, 6_000);
    expect(wanted[0]).toBe(true);
    expect(wanted.slice(1, 10).some(Boolean)).toBe(false);
    expect(resting).toBe(true);
  });
});
