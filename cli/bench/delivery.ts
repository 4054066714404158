// `ngatu bench delivery`: faults between box and database (`--faults`), and destinations that misbehave (`--forward`).
import type { Command } from "commander";
import { pino } from "pino";
import { FAULTS, type FaultName, impossibleHere } from "./delivery/faults.ts";
import { measureForward } from "./delivery/forward.ts";
import { type Delivered, Rig } from "./delivery/rig.ts";
import { suffer } from "./delivery/suffer.ts";

interface DeliveryOptions {
  readonly faults?: boolean;
  readonly forward?: boolean;
  readonly events: string;
  readonly only?: string;
  readonly seconds: string;
  readonly rate: string;
  readonly json?: boolean;
}

interface DeliveryResult {
  readonly faults: Record<string, Omit<Delivered, "ordered" | "waiting">>;
  readonly order_restored: boolean;
  readonly produced: number;
  readonly skipped: Partial<Record<FaultName, string>>;
}

const SERVERS = 2;

export function registerBenchDelivery(bench: Command): void {
  bench
    .command("delivery")
    .description(
      "kill, cut, freeze and fill everything between box and database while events flow, and count",
    )
    .option("--faults", "run the faults (the default)")
    .option("--forward", "instead: destinations that fail, hang, lie and are away, beside two that are well")
    .option("--events <n>", "alerts forwarded to each destination, with --forward", "600")
    .option("--only <names>", `comma-separated: ${Object.keys(FAULTS).join(", ")}`)
    .option("--seconds <s>", "how long each fault lasts; from 8 on the partition lasts two minutes", "8")
    .option("--rate <n>", "events a second of each box", "1200")
    .option("--json", "print one JSON object")
    .action(async (options: DeliveryOptions) => {
      if (options.forward === true) {
        const log = pino({ level: process.env["NGATU_LOG"] ?? "fatal" }, pino.destination(2));
        const figures = await measureForward({ events: Number(options.events), perSecond: 20, log });
        process.stdout.write(`${JSON.stringify(figures, null, options.json === true ? undefined : 2)}\n`);
        return;
      }
      const result = await run(options);
      process.stdout.write(options.json === true ? `${JSON.stringify(result)}\n` : table(result));
    });
}

async function run({ only, seconds, rate }: DeliveryOptions): Promise<DeliveryResult> {
  const skipped = impossibleHere();
  const asked = only?.split(",") ?? Object.keys(FAULTS);
  const names = (Object.keys(FAULTS) as FaultName[]).filter(
    (name) => asked.includes(name) && !(name in skipped),
  );
  const log = pino({ level: process.env["NGATU_LOG"] ?? "fatal" }, pino.destination(2));
  const rig = new Rig({ boxes: names, servers: SERVERS, eventsPerSecond: Number(rate), log });
  const delivered = new Map<FaultName, Delivered>();
  try {
    await rig.start();
    for (const name of names) {
      process.stderr.write(`${name} …\n`);
      delivered.set(name, await suffer(rig, name, Number(seconds)));
    }
  } finally {
    await rig.stop();
  }
  const all = [...delivered.values()];
  return {
    faults: Object.fromEntries(
      [...delivered].map(([name, { produced, stored, lost, duplicates }]) => [
        name,
        { produced, stored, lost, duplicates },
      ]),
    ),
    order_restored: all.every(({ ordered }) => ordered),
    produced: all.reduce((sum, { produced }) => sum + produced, 0),
    skipped,
  };
}

function table({ faults, order_restored: restored, produced }: DeliveryResult): string {
  const lines = Object.entries(faults).map(
    ([name, { produced: made, stored, lost, duplicates }]) =>
      `${name.padEnd(20)} ${[made, stored, lost, duplicates].map((n) => String(n).padStart(12)).join("")}`,
  );
  const head = `${"fault".padEnd(20)} ${["produced", "stored", "lost", "duplicates"].map((h) => h.padStart(12)).join("")}`;
  return `${[head, ...lines, `produced ${produced}, order restored: ${restored}`].join("\n")}\n`;
}
