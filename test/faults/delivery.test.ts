// Faults of delivery that are not kills (those are the journey's), each short, with real parts.
import { afterAll, beforeAll, expect, test } from "vitest";
import { FAULTS, type FaultName, impossibleHere } from "../../cli/bench/delivery/faults.ts";
import { Rig } from "../../cli/bench/delivery/rig.ts";
import { suffer } from "../../cli/bench/delivery/suffer.ts";
import { quiet } from "../server/temporary.ts";

const SECONDS = 3;
const names = (Object.keys(FAULTS) as FaultName[]).filter((name) => !name.endsWith("-killed"));
const impossible = impossibleHere();
const rig = new Rig({ boxes: names, servers: 2, eventsPerSecond: 200, log: quiet });
beforeAll(() => rig.start());
afterAll(() => rig.stop());

for (const name of names) {
  const why = impossible[name];
  test.skipIf(why !== undefined)(
    `${name}: nothing is lost, doubled or out of order${why === undefined ? "" : ` (${why})`}`,
    { timeout: 150_000 },
    async () => {
      const delivered = await suffer(rig, name, SECONDS);
      const { produced } = delivered;
      expect(produced).toBeGreaterThan(0);
      expect(delivered).toEqual({
        produced,
        stored: produced,
        lost: 0,
        duplicates: 0,
        waiting: 0,
        ordered: true,
      });
    },
  );
}
