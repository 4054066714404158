// Identities of events: random ones live, reproducible ones in a replay; both in the layout of UUIDv7.
import { createHash } from "node:crypto";
import { v7 } from "uuid";

/** What an event's identity may depend on. */
export interface IdentityKey {
  /** Capture time, ms since 1970 UTC. */
  readonly captureMs: number;
  readonly camera: string;
  /** The rule's kind, or the event's type where no rule made it. */
  readonly rule: string;
  /** What the event is about: subject, state and whatever else tells it from others of the same moment. */
  readonly passage: string;
}

export type Identify = (key: IdentityKey) => string;

/** Live: time-ordered and random (RFC 9562 §5.7). */
export const liveIdentity: Identify = () => v7();

/** Replay: the same input, camera file and models give the same identities. `runSeed` is hex. */
export function replayIdentity(runSeed: string): Identify {
  return ({ captureMs, camera, rule, passage }) => {
    const digest = createHash("sha256")
      .update(JSON.stringify([runSeed, camera, rule, passage]))
      .digest();
    const bytes = Buffer.alloc(16);
    bytes.writeUIntBE(Math.max(0, Math.floor(captureMs)) % 2 ** 48, 0, 6);
    digest.copy(bytes, 6, 0, 10);
    bytes[6] = 0x70 | (bytes.readUInt8(6) & 0x0f);
    bytes[8] = 0x80 | (bytes.readUInt8(8) & 0x3f);
    const hex = bytes.toString("hex");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };
}

/** The epoch of a replay, derived like its identities. */
export function replayEpoch(runSeed: string): string {
  return createHash("sha256").update(`epoch ${runSeed}`).digest("hex").slice(0, 16);
}
