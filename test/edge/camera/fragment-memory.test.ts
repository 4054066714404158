// Blocks for fragments: used again, and never by two at once.
import { describe, expect, it } from "vitest";
import { FragmentMemory } from "../../../edge/camera/fragment-memory.ts";

describe("a fragment's memory", () => {
  it("is another fragment's once it was given back, and not before", () => {
    const memory = new FragmentMemory();
    const one = memory.take(300_000);
    const other = memory.take(1000);
    expect(other.buffer).not.toBe(one.buffer);
    memory.give(one);
    expect(memory.take(400_000).buffer).toBe(one.buffer);
    expect(memory.take(400_000).buffer).not.toBe(one.buffer);
  });

  it("keeps few blocks that nobody uses, the largest", () => {
    const memory = new FragmentMemory();
    const blocks = [900_000, 100_000, 600_000].map((length) => memory.take(length));
    for (const block of blocks) memory.give(block);
    expect(memory.take(1).buffer).toBe(blocks[2]?.buffer);
    expect(memory.take(1).buffer).toBe(blocks[0]?.buffer);
    expect(memory.take(1).buffer).not.toBe(blocks[1]?.buffer);
  });
});
