// `ngatu audit verify`: walks the audit trail and names every row that was changed, dropped or put in.
import { type Command, InvalidArgumentError } from "commander";
import { type NotedHead, verifyTrail } from "../../server/audit/verify.ts";
import { withServerDatabase } from "../server-database.ts";

interface Options {
  readonly config: string;
  readonly head?: NotedHead;
  readonly json?: true;
}

export function registerAuditVerify(audit: Command): void {
  audit
    .command("verify")
    .description(
      "whether every row of the trail is what was written; exit status 0 when all are / kiểm tra nhật ký kiểm toán",
    )
    .requiredOption("--config <file>", "server.yaml; the embedded database may be running or not")
    .option(
      "--head <position:hash>",
      "what an earlier verification printed: rows cut off since then show",
      headOf,
    )
    .option("--json", "print one JSON object")
    .action(async ({ config, head, json }: Options) => {
      const verdict = await withServerDatabase(config, ({ repositories, key }) =>
        verifyTrail(repositories.audit, key.audit, head),
      );
      const { rows, faults } = verdict;
      if (json === true) process.stdout.write(`${JSON.stringify(verdict)}\n`);
      else {
        for (const { position, fault } of faults) process.stdout.write(`row ${position}: ${fault}\n`);
        const end = verdict.head === undefined ? "none" : `${verdict.head.position}:${verdict.head.hash}`;
        process.stdout.write(`${rows} rows, ${faults.length} faults; head ${end}\n`);
      }
      if (faults.length > 0) process.exitCode = 1;
    });
}

function headOf(text: string): NotedHead {
  const match = /^([1-9]\d{0,15}):([0-9a-f]{64})$/.exec(text);
  if (match === null)
    throw new InvalidArgumentError(`${text} is not a position and a hash, as a verification prints them.`);
  return { position: Number(match[1]), hash: match[2] ?? "" };
}
