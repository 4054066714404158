// `ngatu bench camera`: true capture times and survived faults, against a test camera that draws its clock.
import type { Command } from "commander";

interface CameraBenchOptions {
  readonly clock?: true;
  readonly faults?: true;
  readonly only?: string;
  readonly frames: string;
  readonly json?: true;
}

export function registerBenchCamera(bench: Command): void {
  bench
    .command("camera")
    .description("how wrong a frame's time is, and whether every fault of a camera is survived")
    .option("--clock", "the error of the capture time, with and without the camera's clock (RTCP)")
    .option("--faults", "every fault in turn: recovery, and frames with a wrong time")
    .option("--only <names>", "some faults, with commas between them")
    .option("--frames <n>", "frames measured for each clock", "1200")
    .option("--json", "print one JSON object")
    .action(run);
}

async function run({ clock, faults, only, frames, json }: CameraBenchOptions): Promise<void> {
  // Only here: looking for GStreamer takes a moment, and no other command needs it.
  const { measureClock } = await import("./camera/clock.ts");
  const { measureFaults } = await import("./camera/faults.ts");
  const clocks = clock === true ? await measureClock(Number(frames)) : {};
  const suffered = faults === true || clock !== true ? await measureFaults(only?.split(",")) : undefined;
  const result = { ...clocks, ...(suffered === undefined ? {} : { faults: suffered }) };
  if (json === true) process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    for (const [name, value] of Object.entries({ ...clocks, ...suffered }))
      process.stdout.write(`${name.padEnd(20)} ${JSON.stringify(value)}\n`);
  }
}
