// Prints how many kB a frame of tracking and rules allocates; run with --expose-gc and a young generation that holds a window.
import { type LoadOptions, startLoad } from "./load-run.ts";
import { quantile } from "../quantile.ts";

/** Frames between two looks at the heap: few enough that no collection falls between them. */
const WINDOW_FRAMES = 100;
const WINDOWS = 9;
/** Until the hot code is in its last form: what the compiler's earlier forms allocate is of the first minutes only. */
const SETTLING_FRAMES = 2_000;

const options = JSON.parse(process.argv[2] ?? "{}") as LoadOptions;
const collect = globalThis.gc;
if (collect === undefined) throw new Error("needs --expose-gc");
const run = startLoad(options, SETTLING_FRAMES + WINDOWS * WINDOW_FRAMES);
for (let frame = 0; frame < SETTLING_FRAMES; frame++) run.next();
const windowsKb: number[] = [];
for (let window = 0; window < WINDOWS; window++) {
  collect();
  const before = process.memoryUsage();
  for (let frame = 0; frame < WINDOW_FRAMES; frame++) run.next();
  const after = process.memoryUsage();
  const bytes = after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers;
  // A collection in between would make it less than nothing, or nearly; the median leaves such a window out.
  windowsKb.push(bytes / 1024 / WINDOW_FRAMES);
}
process.stdout.write(`${quantile(windowsKb, 0.5)}\n`);
