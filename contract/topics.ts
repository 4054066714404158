// MQTT 5 topics: the only place that builds or parses one (FORMATS §5).
import { CHANNELS, type Channel } from "./event.ts";

const box = "[a-z0-9-]{1,40}";

export const topics = {
  event: (boxName: string, channel: Channel): string => `ngatu/v1/${boxName}/event/${channel}`,
  live: (boxName: string, camera: string): string => `ngatu/v1/${boxName}/live/${camera}`,
  status: (boxName: string): string => `ngatu/v1/${boxName}/status`,
  applied: (boxName: string, kind: string): string => `ngatu/v1/${boxName}/applied/${kind}`,
  /** The box's answer to `resend`: what it no longer has. */
  gone: (boxName: string): string => `ngatu/v1/${boxName}/gone`,
  ack: (boxName: string): string => `ngatu/down/${boxName}/ack`,
  /** A server misses these sequences: send them again, or say that they are gone. */
  resend: (boxName: string): string => `ngatu/down/${boxName}/resend`,
  /** A lease: somebody watches this camera until the time in the payload; QoS 0, not retained. */
  watch: (boxName: string, camera: string): string => `ngatu/down/${boxName}/watch/${camera}`,
  desired: (boxName: string, kind: string): string => `ngatu/down/${boxName}/desired/${kind}`,
  signal: (controller: string): string => `ngatu/signal/${controller}`,
} as const;

/** What a server subscribes to. */
export const SERVER_FILTERS = {
  events: "$share/ngatu/ngatu/v1/+/event/#",
  live: "ngatu/v1/+/live/+",
  status: "ngatu/v1/+/status",
  applied: "ngatu/v1/+/applied/+",
  gone: "ngatu/v1/+/gone",
} as const;

/** What a box subscribes to. */
export function boxFilter(boxName: string): string {
  return `ngatu/down/${boxName}/#`;
}

/** A parsed topic, or undefined when it is none of ours. */
export type Topic =
  | { kind: "event"; box: string; channel: Channel }
  | { kind: "live"; box: string; camera: string }
  | { kind: "status"; box: string }
  | { kind: "applied"; box: string; name: string }
  | { kind: "gone"; box: string }
  | { kind: "ack"; box: string }
  | { kind: "resend"; box: string }
  | { kind: "watch"; box: string; camera: string }
  | { kind: "desired"; box: string; name: string }
  | { kind: "signal"; controller: string };

const patterns: readonly [RegExp, (m: RegExpExecArray) => Topic | undefined][] = [
  [
    new RegExp(`^ngatu/v1/(${box})/event/([a-z]+)$`),
    (m) => {
      const channel = CHANNELS.find((c) => c === m[2]);
      return channel === undefined ? undefined : { kind: "event", box: m[1] ?? "", channel };
    },
  ],
  [
    new RegExp(`^ngatu/v1/(${box})/live/(${box})$`),
    (m) => ({ kind: "live", box: m[1] ?? "", camera: m[2] ?? "" }),
  ],
  [new RegExp(`^ngatu/v1/(${box})/status$`), (m) => ({ kind: "status", box: m[1] ?? "" })],
  [
    new RegExp(`^ngatu/v1/(${box})/applied/(${box})$`),
    (m) => ({ kind: "applied", box: m[1] ?? "", name: m[2] ?? "" }),
  ],
  [new RegExp(`^ngatu/v1/(${box})/gone$`), (m) => ({ kind: "gone", box: m[1] ?? "" })],
  [new RegExp(`^ngatu/down/(${box})/resend$`), (m) => ({ kind: "resend", box: m[1] ?? "" })],
  [new RegExp(`^ngatu/down/(${box})/ack$`), (m) => ({ kind: "ack", box: m[1] ?? "" })],
  [
    new RegExp(`^ngatu/down/(${box})/watch/(${box})$`),
    (m) => ({ kind: "watch", box: m[1] ?? "", camera: m[2] ?? "" }),
  ],
  [
    new RegExp(`^ngatu/down/(${box})/desired/(${box})$`),
    (m) => ({ kind: "desired", box: m[1] ?? "", name: m[2] ?? "" }),
  ],
  [/^ngatu\/signal\/([A-Za-z0-9_-]+)$/, (m) => ({ kind: "signal", controller: m[1] ?? "" })],
];

export function parseTopic(topic: string): Topic | undefined {
  for (const [pattern, build] of patterns) {
    const match = pattern.exec(topic);
    if (match !== null) return build(match);
  }
  return undefined;
}
