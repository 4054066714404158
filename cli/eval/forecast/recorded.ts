// Recorded minute samples of crowd zones, from files of events as a server or a replay writes them.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { type MinuteSeries, type MinuteValue, minuteSeries } from "../../../server/forecast/minute-series.ts";

/** A file that holds no minute samples, or a line that is no JSON: file, line, what is wrong. */
export class RecordedSamplesError extends Error {
  override readonly name = "RecordedSamplesError";
}

export interface RecordedZone {
  readonly name: string;
  readonly series: MinuteSeries;
}

interface Line {
  readonly type?: unknown;
  readonly source?: unknown;
  readonly time?: unknown;
  readonly data?: { readonly zone?: unknown; readonly persons_mean?: unknown };
}

/** JSON lines of CloudEvents; other events are passed over. Zones of all boxes apart, in order of name. */
export async function readRecorded(file: string): Promise<RecordedZone[]> {
  const zones = new Map<string, MinuteValue[]>();
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number++;
    if (text.trim() === "") continue;
    const { type, source, time, data } = parse(text, file, number);
    if (type !== "vn.ngatu.crowd.sample.v1" || typeof data?.persons_mean !== "number") continue;
    const at = Date.parse(String(time));
    if (Number.isNaN(at)) throw new RecordedSamplesError(`${file}:${number}: time ${String(time)}`);
    const name = `${String(source)}/${String(data.zone)}`;
    const values = zones.get(name) ?? [];
    // A sample at a whole minute tells of the minute that ended there.
    values.push({ minute: Math.round(at / 60_000) - 1, persons: data.persons_mean });
    zones.set(name, values);
  }
  if (zones.size === 0)
    throw new RecordedSamplesError(
      `${file}: no crowd.sample with persons_mean in it (minute samples have it)`,
    );
  return [...zones]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, values]) => ({ name, series: minuteSeries(values) }));
}

function parse(text: string, file: string, number: number): Line {
  try {
    return JSON.parse(text) as Line;
  } catch (cause) {
    throw new RecordedSamplesError(`${file}:${number}: no JSON`, { cause });
  }
}
