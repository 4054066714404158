// The order in which waiting jobs are served: urgent before others, cameras in turn, nobody starved.
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { JobQueue, PRIORITIES, STARVED_MS } from "../../../edge/detect/job-queue.ts";

function drain<T>(queue: JobQueue<T>, nowMs: number): T[] {
  const order: T[] = [];
  for (let job = queue.next(nowMs); job !== undefined; job = queue.next(nowMs)) order.push(job);
  return order;
}

describe("the queue of inference jobs", () => {
  test("serves a case's job before a count's that came earlier", () => {
    const queue = new JobQueue<string>(9);
    queue.push("crowd", { camera: "plaza", priority: "count" }, 0);
    queue.push("plate", { camera: "gate", priority: "case" }, 1);
    expect(drain(queue, 2)).toEqual(["plate", "crowd"]);
  });

  test("serves what a case waits for before what cases may come of, and both before counts, whatever came first", () => {
    const queue = new JobQueue<string>(9);
    queue.push("crowd", { camera: "plaza", priority: "count" }, 0);
    queue.push("vehicles", { camera: "gate", priority: "case" }, 1);
    queue.push("faces", { camera: "hall", priority: "case" }, 2);
    queue.push("plate", { camera: "gate", priority: "evidence" }, 3);
    queue.push("any plate", { camera: "gate", priority: "count" }, 4);
    // The gate was served with its plate: of the two cases the hall's is next.
    expect(drain(queue, 5)).toEqual(["plate", "faces", "vehicles", "crowd", "any plate"]);
  });

  test("when full of cases, drops the youngest of them for what a case waits for", () => {
    const queue = new JobQueue<string>(2);
    queue.push("older", { camera: "a", priority: "case" }, 0);
    queue.push("younger", { camera: "b", priority: "case" }, 1);
    expect(queue.push("plate", { camera: "a", priority: "evidence" }, 2)).toBe("younger");
    expect(queue.push("another plate", { camera: "b", priority: "evidence" }, 3)).toBe("older");
    expect(queue.push("one more", { camera: "c", priority: "evidence" }, 4)).toBe("one more");
  });

  test("serves cameras in turn: one that asks for more waits for one that asked for less", () => {
    const queue = new JobQueue<string>(9);
    for (const job of ["busy 1", "busy 2", "busy 3"])
      queue.push(job, { camera: "busy", priority: "case" }, 0);
    queue.push("calm 1", { camera: "calm", priority: "case" }, 0);
    expect(drain(queue, 1)).toEqual(["busy 1", "calm 1", "busy 2", "busy 3"]);
  });

  test("serves a count that has waited too long before any case", () => {
    const queue = new JobQueue<string>(9);
    queue.push("count", { camera: "plaza", priority: "count" }, 0);
    queue.push("case", { camera: "gate", priority: "case" }, STARVED_MS - 1);
    expect(queue.next(STARVED_MS)).toBe("count");
  });

  test("when full, drops the youngest count for a case, and refuses a count", () => {
    const queue = new JobQueue<string>(2);
    queue.push("older", { camera: "a", priority: "count" }, 0);
    queue.push("younger", { camera: "b", priority: "count" }, 1);
    expect(queue.push("one more", { camera: "c", priority: "count" }, 2)).toBe("one more");
    expect(queue.push("case", { camera: "d", priority: "case" }, 2)).toBe("younger");
    expect(drain(queue, 3)).toEqual(["case", "older"]);
  });

  const errand = fc.record({
    camera: fc.constantFrom("a", "b", "c"),
    priority: fc.constantFrom(...PRIORITIES),
  });

  test.prop([fc.array(errand, { minLength: 2 })])(
    "serves no camera twice in a row while an equally urgent job of another waits",
    (errands) => {
      const queue = new JobQueue<(typeof errands)[number]>(errands.length);
      for (const each of errands) queue.push(each, each, 0);
      const order = drain(queue, 1);
      order.slice(1).forEach((served, index) => {
        const before = order[index];
        if (before?.camera !== served.camera || before.priority !== served.priority) return;
        const waiting = order.slice(index + 2).filter(({ priority }) => priority === served.priority);
        expect(waiting.every(({ camera }) => camera === served.camera)).toBe(true);
      });
    },
  );

  test.prop([fc.array(errand), fc.integer({ min: 1, max: 6 })])(
    "gives every job back exactly once, served or refused, and never holds more than its limit",
    (errands, limit) => {
      const queue = new JobQueue<number>(limit);
      const refused: number[] = [];
      errands.forEach((each, job) => {
        const dropped = queue.push(job, each, job);
        if (dropped !== undefined) refused.push(dropped);
        expect(queue.length).toBeLessThanOrEqual(limit);
      });
      const all = [...refused, ...drain(queue, errands.length)];
      expect(all.sort((a, b) => a - b)).toEqual(errands.map((_, job) => job));
    },
  );
});
