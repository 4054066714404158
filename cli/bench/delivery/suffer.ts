// One fault from start to end: its box makes events, the fault strikes, and what arrived is counted.
import { FAULTS, type Fault, type FaultName } from "./faults.ts";
import type { Delivered, Rig } from "./rig.ts";

/** How long the outbox may take to empty once the fault is over. */
const DRAIN_MS = 120_000;

/** `seconds` is how long the fault lasts. */
export async function suffer(rig: Rig, name: FaultName, seconds: number): Promise<Delivered> {
  const fault: Fault = await FAULTS[name](rig);
  const box = rig.startBox(name, fault.change);
  try {
    await box.producing();
    await fault.run(box, seconds);
    await box.drain(DRAIN_MS);
    return await rig.delivered(box);
  } finally {
    await box.end();
    await fault.clear?.();
  }
}
