// Events as a box makes them, for tests of the outbox and of delivery.
import { randomUUID } from "node:crypto";
import { v7 as uuid } from "uuid";
import type { EventTypeName } from "../../../contract/event.ts";
import type { EventDraft } from "../../../edge/event/event-draft.ts";

const ruleData = {
  rule_version: 1,
  camera: "gate",
  t_ms: 1000,
  scene_hash: "s",
  model_hashes: {},
  because: { crossed_ms: 900 },
};

const data = {
  "vn.ngatu.traffic.case.v1": { ...ruleData, rule: "wrong-way", lane: "north-1" },
  "vn.ngatu.crowd.alert.v1": { ...ruleData, rule: "crowd-over", zone: "plaza", state: "opened", persons: 41 },
  "vn.ngatu.crowd.sample.v1": { zone: "plaza", t_ms: 1000, persons: 12 },
  "vn.ngatu.count.v1": {
    ...ruleData,
    rule: "line-count",
    line: "gate",
    class: "car",
    direction: "forward",
    count: 1,
    total: 7,
  },
} as const;

export function draft(
  type: keyof typeof data,
  change: Record<string, unknown> = {},
  subject: string = randomUUID(),
) {
  const made = {
    specversion: "1.0",
    id: uuid(),
    source: "/site/box-1/gate",
    type: type satisfies EventTypeName,
    subject,
    time: new Date().toISOString(),
    data: { ...data[type], ...change },
  };
  return made as EventDraft;
}
