// Hours of the day at which a rule holds, in the site's time: Vietnam has one zone, UTC+7, and no summer time.

const UTC_OFFSET_MS = 7 * 3600 * 1000;

/** Whether a moment lies within one of `HH:MM-HH:MM`; the end is excluded, and a span may pass midnight. */
export function withinHours(hours: readonly string[], captureMs: number): boolean {
  const minute = Math.floor((captureMs + UTC_OFFSET_MS) / 60_000) % 1440;
  return hours.some((span) => {
    const [from = 0, to = 0] = span.split("-").map(minuteOf);
    return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
  });
}

function minuteOf(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(":").map(Number);
  return hour * 60 + minute;
}
