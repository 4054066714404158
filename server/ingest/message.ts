// From an MQTT message to an event that may be stored, or the reason why not: one parse, one compiled validation.
import type { TSchema } from "typebox";
import Type from "typebox";
import { Compile } from "typebox/compile";
import { Envelope, EVENT_TYPES, isKnownType } from "../../contract/event.ts";
import { parseTopic } from "../../contract/topics.ts";
import { NewEvent } from "../store/new-event.ts";

/** Where an event stands in its box's order: what an acknowledgement names. */
export interface Place {
  readonly box: string;
  readonly epoch: string;
  readonly sequence: number;
}

export type ReadMessage =
  | { readonly ok: true; readonly event: NewEvent }
  | { readonly ok: false; readonly reason: string; readonly place: Place | undefined };

const MAX_BYTES = 1024 * 1024;
const MAX_NESTING = 64;
/** A box's clock may be wrong by hours and its events are kept; beyond this it is no time at all. */
const MAX_FUTURE_MS = 36 * 3_600_000;

/** A byte order mark is no JSON (RFC 8259 §8.1). */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const validators = new Map(
  Object.entries(EVENT_TYPES).map(([type, { data }]: [string, { data: TSchema }]) => [
    type,
    Compile(Type.Object({ ...Envelope.properties, type: Type.Literal(type), data })),
  ]),
);
const envelopeValidator = Compile(Envelope);
const placeValidator = Compile(
  Type.Object({ sequence: Envelope.properties.sequence, epoch: Envelope.properties.epoch }),
);

/** An unknown type passes as it is, by its envelope alone. `keep` makes the bytes of a valid event last as long as it. */
export function readMessage(
  topic: string,
  payload: Buffer,
  nowMs: number,
  keep = (bytes: Buffer): Buffer => bytes,
): ReadMessage {
  const address = parseTopic(topic);
  if (address?.kind !== "event") return { ok: false, reason: "topic: not one of events", place: undefined };
  const text = decode(payload);
  if (typeof text !== "string") return { ok: false, reason: text.fault, place: undefined };
  const value = parse(text);
  if (value === undefined) return { ok: false, reason: "json: not well formed", place: undefined };
  const place = placeValidator.Check(value)
    ? { box: address.box, epoch: value.epoch, sequence: value.sequence }
    : undefined;
  const reason = fault(value, address.box, address.channel, nowMs);
  if (reason !== undefined) return { ok: false, reason, place };
  // PostgreSQL's jsonb has no place for it.
  if (text.includes("\\u0000") && /(?<!\\)(?:\\\\)*\\u0000/.test(text))
    return { ok: false, reason: "text: NUL character", place };
  return { ok: true, event: new NewEvent(value as Envelope, keep(payload)) };
}

function decode(payload: Buffer): string | { fault: string } {
  if (payload.length > MAX_BYTES) return { fault: `size: ${payload.length} bytes, more than ${MAX_BYTES}` };
  let text: string;
  try {
    text = utf8.decode(payload);
  } catch {
    return { fault: "text: not UTF-8" };
  }
  return nestsDeeper(text, MAX_NESTING) ? { fault: `json: nested deeper than ${MAX_NESTING}` } : text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fault(value: unknown, box: string, channel: string, nowMs: number): string | undefined {
  const type = (value as { type?: unknown } | null)?.type;
  const validator = (typeof type === "string" ? validators.get(type) : undefined) ?? envelopeValidator;
  if (!validator.Check(value)) {
    const [first] = validator.Errors(value);
    return `event: ${first?.instancePath ?? ""} ${first?.message ?? "not valid"}`;
  }
  const event = value as Envelope;
  if (event.source.split("/")[2] !== box) return `source: ${event.source} came from box ${box}`;
  if (isKnownType(event.type) && EVENT_TYPES[event.type].channel !== channel) {
    return `topic: ${event.type} does not belong to ${channel}`;
  }
  const timeMs = Date.parse(event.time);
  if (Number.isNaN(timeMs)) return `time: ${event.time} does not exist`;
  if (timeMs > nowMs + MAX_FUTURE_MS) return `time: ${event.time} lies in the future`;
  return undefined;
}

/** Counts brackets outside strings, without recursion: the parser would follow any depth. */
function nestsDeeper(text: string, limit: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > limit) return true;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return false;
}

function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}
