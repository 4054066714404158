// The box's monotonic clock: the same in all threads, and untouched when the wall clock is set.

/** Ms since an origin of the machine's own. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
