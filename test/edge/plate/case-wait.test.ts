// A fresh case and its plate: how long the one waits for the other, and what never waits.
import { expect, test } from "vitest";
import type { EventDraft, PipelineEvent } from "../../../edge/event/event-draft.ts";
import { CaseWait, PLATE_WAIT_MS } from "../../../edge/plate/case-wait.ts";

const plate = { text: "61B112345", display: "61B1-123.45", confidence: 0.9, looks: 3 };

function event(type: string, data: object): PipelineEvent {
  return { draft: { type, data } as unknown as EventDraft, transient: false };
}

const caseOf = (id: number, more: object = {}): PipelineEvent =>
  event("vn.ngatu.traffic.case.v1", { track: { id, class: "motorcycle" }, ...more });

test("a case without a plate waits, and goes on with it as soon as it is known", () => {
  const wait = new CaseWait();
  expect(wait.take([caseOf(7)], 1000)).toEqual([]);
  expect(wait.isWaiting(7)).toBe(true);
  expect(wait.due(1200, () => undefined)).toEqual([]);
  const [told, ...more] = wait.due(1400, (id) => (id === 7 ? plate : undefined));
  expect(told?.draft.data).toMatchObject({ track: { id: 7 }, plate });
  expect(more).toEqual([]);
  expect(wait.isWaiting(7)).toBe(false);
  expect(wait.due(9000, () => plate)).toEqual([]);
});

test("a case whose plate stays unknown goes on without it when its time is over, and not before", () => {
  const wait = new CaseWait();
  wait.take([caseOf(7)], 1000);
  expect(wait.due(1000 + PLATE_WAIT_MS - 1, () => undefined)).toEqual([]);
  const [told] = wait.due(1000 + PLATE_WAIT_MS, () => undefined);
  expect(told?.draft.data).not.toHaveProperty("plate");
});

test("a case that has its plate, an observation and a count never wait", () => {
  const events = [
    caseOf(7, { plate }),
    event("vn.ngatu.traffic.observation.v1", { track: { id: 8 } }),
    event("vn.ngatu.count.v1", { line: "gate" }),
  ];
  const wait = new CaseWait();
  expect(wait.take(events, 0)).toEqual(events);
  expect(wait.waiting).toBe(false);
});

test("of too many that wait the oldest goes on without its plate", () => {
  const wait = new CaseWait();
  const gone = Array.from({ length: 65 }, (_, id) => wait.take([caseOf(id)], id)).flat();
  expect(gone.map(({ draft }) => (draft.data as { track?: { id: number } }).track?.id)).toEqual([0]);
});

test("what waits outlives a restart as plain data", () => {
  const before = new CaseWait();
  before.take([caseOf(7)], 1000);
  const after = new CaseWait();
  after.restore(JSON.parse(JSON.stringify(before.snapshot())) as ReturnType<CaseWait["snapshot"]>);
  expect(after.finish()).toEqual(before.finish());
});
