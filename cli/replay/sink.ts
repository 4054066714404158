// Where a replay's events go: one canonical line each, numbered from 1, and the sums for the closing table.
import { createWriteStream, type WriteStream } from "node:fs";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import type { Writable } from "node:stream";
import { canonicalLine } from "../../edge/event/canonical.ts";
import type { Event } from "../../contract/event.ts";
import type { PipelineEvent } from "../../edge/event/event-draft.ts";
import { replayEpoch } from "../../edge/event/identity.ts";

export interface LineSum {
  readonly line: string;
  readonly class: string;
  readonly direction: string;
  readonly total: number;
}

export interface ReplaySums {
  readonly events: Readonly<Record<string, number>>;
  readonly lines: readonly LineSum[];
}

/** Takes events in order; `write` waits while the file is slower than the replay. */
export interface ReplaySink {
  write(events: readonly PipelineEvent[]): Promise<void>;
  close(): Promise<void>;
  sums(): ReplaySums;
}

/** `target`: a path, `-` for standard output, undefined for sums only. `onEvent` sees each with its place. Rejects with the system's error. */
export async function openSink(
  target: string | undefined,
  runSeed: string,
  onEvent?: (event: Event) => void,
): Promise<ReplaySink> {
  const stream = target === undefined ? undefined : target === "-" ? process.stdout : await openFile(target);
  const epoch = replayEpoch(runSeed);
  const events: Record<string, number> = {};
  const lines = new Map<string, LineSum>();
  let sequence = 0;

  return {
    async write(batch) {
      for (const { draft } of batch) {
        sequence++;
        events[draft.type] = (events[draft.type] ?? 0) + 1;
        if (draft.type === "vn.ngatu.count.v1") {
          const { line, class: className, direction, total } = draft.data as LineSum;
          lines.set(`${line} ${className} ${direction}`, { line, class: className, direction, total });
        }
        onEvent?.({ ...draft, sequence, epoch });
        if (stream === undefined) continue;
        await put(stream, `${canonicalLine({ ...draft, sequence, epoch })}\n`);
      }
    },
    async close() {
      if (stream === undefined || stream === process.stdout) return;
      stream.end();
      await finished(stream);
    },
    sums: () => ({ events, lines: [...lines.values()] }),
  };
}

async function openFile(path: string): Promise<WriteStream> {
  const stream = createWriteStream(path);
  await once(stream, "open");
  return stream;
}

async function put(stream: Writable, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, "drain");
}
