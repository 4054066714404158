// A message becomes an event, or says why not; bad input of every kind is refused and never thrown.
import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleEvent } from "../../../cli/bench/delivery/sample-event.ts";
import { readMessage } from "../../../server/ingest/message.ts";

const now = Date.now();
const topic = "ngatu/v1/box-1/event/count";
const place = { sequence: 7, epoch: "0123456789abcdef" };

function read(change: object = {}, to = topic): ReturnType<typeof readMessage> {
  return readRaw(JSON.stringify({ ...sampleEvent("box-1", 0), ...place, ...change }), to);
}

function readRaw(payload: string | Buffer, to = topic): ReturnType<typeof readMessage> {
  return readMessage(to, Buffer.from(payload), now);
}

test("a valid event keeps its text as it came", () => {
  const text = JSON.stringify({ ...sampleEvent("box-1", 0), ...place, newer: { unknown: true } });
  const message = readRaw(text);
  expect(message).toMatchObject({ ok: true, event: { box: "box-1", camera: "junction" } });
  expect(message.ok && message.event.payload.toString()).toBe(text);
});

test("an unknown type passes by its envelope alone", () => {
  expect(read({ type: "vn.ngatu.parking.v3", data: [1] }).ok).toBe(true);
});

test.each([
  ["no sequence", { sequence: undefined }, topic, /sequence/],
  ["a sequence of nought", { sequence: 0 }, topic, /sequence/],
  ["an id that is no UUIDv7", { id: "1" }, topic, /id/],
  ["data of another shape", { data: { rule: 1 } }, topic, /data/],
  ["another box's source", { source: "/bench/box-2/junction" }, topic, /box-2/],
  ["another channel", {}, "ngatu/v1/box-1/event/face", /face/],
  ["a topic of nobody", {}, "ngatu/v1/box-1/live/junction", /topic/],
  ["a day that does not exist", { time: "2026-13-41T00:00:00Z" }, topic, /time/],
  ["a time in the future", { time: new Date(now + 50 * 3_600_000).toISOString() }, topic, /future/],
  ["a NUL character", { subject: "a\0b" }, topic, /NUL/],
])("%s is refused with the reason", (_name, change, to, reason) => {
  const message = read(change, to);
  expect(message.ok ? "" : message.reason).toMatch(reason);
});

test("a clock that is an hour off is no reason to refuse", () => {
  for (const hours of [-1, 1]) {
    expect(read({ time: new Date(now + hours * 3_600_000).toISOString() }).ok).toBe(true);
  }
});

test("a refused event that says where it stands is still acknowledged: it would come for ever", () => {
  const message = read({ data: {} });
  expect(message).toMatchObject({ ok: false, place: { box: "box-1", ...place } });
});

test.each([
  ["10 MB", Buffer.alloc(10_000_000, "x"), /size/],
  ["no UTF-8", Buffer.from([0x22, 0xff, 0xfe, 0x22]), /UTF-8/],
  ["half of it", Buffer.from('{"id":"'), /well formed/],
  ["a hundred thousand brackets", Buffer.from("[".repeat(100_000)), /nested/],
  ["nothing", Buffer.alloc(0), /well formed/],
  ["null", Buffer.from("null"), /event/],
])("%s is refused", (_name, payload, reason) => {
  const message = readRaw(payload);
  expect(message.ok ? "" : message.reason).toMatch(reason);
});

test("brackets inside strings are no nesting", () => {
  expect(read({ subject: `${"[".repeat(90)}\\"{"` }).ok).toBe(true);
});

test("nothing that can be sent throws", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array().map((bytes) => Buffer.from(bytes)),
        fc.json().map((text) => Buffer.from(text)),
      ),
      (payload) => {
        expect(readMessage(topic, payload, now).ok).toBe(false);
      },
    ),
  );
});
