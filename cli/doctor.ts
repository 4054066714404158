// `ngatu doctor`: what is missing on this machine, in plain words; exit status 0 only when nothing is.
import type { Command } from "commander";
import { cacheFolder } from "../config/cache-folder.ts";
import { checkMachine, type Finding } from "./doctor/check-machine.ts";

interface Options {
  readonly json?: true;
  readonly lang: string;
}

export function registerDoctor(program: Command): void {
  program
    .command("doctor")
    .description("what is missing on this machine, in plain words / máy này còn thiếu gì")
    .option("--json", "one JSON object on standard output")
    .option(
      "--lang <vi|en>",
      "language of the text",
      process.env["LANG"]?.startsWith("vi") === true ? "vi" : "en",
    )
    .action(async (options: Options) => {
      const findings = await checkMachine(cacheFolder());
      const ok = findings.every((finding) => finding.state !== "fault");
      if (options.json === true) process.stdout.write(`${JSON.stringify({ ok, findings })}\n`);
      else for (const finding of findings) process.stdout.write(`${sentence(finding, options.lang)}\n`);
      process.exitCode = ok ? 0 : 1;
    });
}

const MARK: Readonly<Record<Finding["state"], string>> = { ok: "✓", warning: "!", fault: "✗" };

function sentence(finding: Finding, lang: string): string {
  const text = lang === "vi" ? finding.vi : finding.en;
  return `${MARK[finding.state]} ${text}`;
}
