// `ngatu evidence`: checks evidence packages offline, against what was signed and in which order.
import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { EvidenceFault } from "../contract/evidence/fault.ts";
import { readKeyRing } from "../contract/evidence/key-ring.ts";
import { webChecker } from "../contract/evidence/web-checker.ts";
import { checkEvidence } from "./evidence/check.ts";
import type { Verdict } from "../contract/evidence/verdict.ts";

interface VerifyOptions {
  readonly keys?: string;
  readonly json?: true;
}

export function registerEvidence(program: Command): void {
  const evidence = program
    .command("evidence")
    .description("evidence packages: check one, or a chain of them / kiểm tra gói chứng cứ");
  evidence
    .command("verify")
    .argument(
      "<package...>",
      "folders or .tar files; several, or a folder of packages, are checked as one chain",
    )
    .description(
      "says exactly what does not match, offline; exit status 0 only when all does " +
        "/ chỉ rõ điều đầu tiên không khớp, không cần mạng",
    )
    .option(
      "--keys <file>",
      "the keys you trust, from somewhere else than the package; without it only the package's own",
    )
    .option("--json", "print one JSON object")
    .action(verify);
}

async function verify(paths: readonly string[], options: VerifyOptions): Promise<void> {
  const verdict = await judge(paths, options);
  process.stdout.write(
    options.json === true ? `${JSON.stringify(wireOf(verdict, options))}\n` : wordsOf(verdict, options),
  );
  if (!verdict.ok) process.exitCode = 1;
}

async function judge(paths: readonly string[], { keys }: VerifyOptions): Promise<Verdict> {
  try {
    const ring = keys === undefined ? undefined : readKeyRing(await readFile(keys), keys);
    return await checkEvidence(paths, { checker: webChecker, keys: ring, nowMs: Date.now() });
  } catch (error) {
    if (!(error instanceof EvidenceFault)) throw error;
    const { part, where, text } = error;
    return { ok: false, package: keys ?? "", part, where, text };
  }
}

function wireOf(verdict: Verdict, { keys }: VerifyOptions): object {
  if (!verdict.ok) return verdict;
  return {
    ok: true,
    keys: keys === undefined ? "the package's own" : "trusted",
    packages: verdict.packages.map(({ name, manifest, manifestSha256, receipt, additions }) => ({
      name,
      case: manifest.event.id,
      box: manifest.box,
      time: manifest.event.time,
      link: manifest.chain.index,
      manifest_sha256: manifestSha256,
      key: manifest.signer.key,
      countersigned: receipt?.received_at ?? null,
      server_key: receipt?.signer.key ?? null,
      decisions: additions.map(({ decision, by, at }) => ({ decision, by, at })),
    })),
  };
}

function wordsOf(verdict: Verdict, { keys }: VerifyOptions): string {
  if (!verdict.ok)
    return `DOES NOT HOLD / KHÔNG KHỚP  ${verdict.package}\n${verdict.part} ${verdict.where}: ${verdict.text}\n`;
  const lines = verdict.packages.map(({ name, manifest, receipt, additions }) =>
    [
      `${name}: case ${manifest.event.id} of ${manifest.camera} (${manifest.box}), ${manifest.event.time}`,
      `  link ${manifest.chain.index} of chain ${manifest.chain.id}; signed ${manifest.made_at} by key ${manifest.signer.key}`,
      receipt === undefined
        ? "  not countersigned by a server"
        : `  countersigned ${receipt.received_at} by key ${receipt.signer.key}`,
      ...additions.map(({ number, decision, by, at }) => `  addition ${number}: ${decision} by ${by}, ${at}`),
    ].join("\n"),
  );
  const trust =
    keys === undefined
      ? "Everything matches what was signed. Whose keys these are the package can't prove: compare them with a list\n" +
        "that you have from elsewhere (--keys). / Khớp với nội dung đã ký; hãy đối chiếu khoá với danh sách tin cậy.\n"
      : "HOLDS / KHỚP: everything matches, signed by keys of the list.\n";
  return `${lines.join("\n")}\n${trust}`;
}
