// Runs a program of the setup to its end: its output line by line, a time limit, and an error that tells what it last said.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A program that could not be run, failed or took too long. `lines` are the last ones it wrote. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
  readonly program: string;
  readonly lines: readonly string[];

  constructor(program: string, reason: string, lines: readonly string[], cause?: unknown) {
    super([`${program} ${reason}`, ...lines.map((line) => `  ${line}`)].join("\n"), { cause });
    this.program = program;
    this.lines = lines;
  }
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Each line of standard output, as it comes. */
  onLine?(line: string): void;
}

const LAST_LINES = 8;

/** Resolves with all lines of standard output. Throws {@link ProgramError}. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions,
): Promise<readonly string[]> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const child = spawn(program, args, {
    env: options.env ?? process.env,
    cwd: options.cwd,
    stdio: ["ignore", "pipe", "pipe"],
    signal: options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]),
    killSignal: "SIGKILL",
  });
  const lines: string[] = [];
  const last: string[] = [];
  const keep = (line: string): void => {
    last.push(line);
    if (last.length > LAST_LINES) last.shift();
  };
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    keep(line);
    options.onLine?.(line);
  });
  createInterface({ input: child.stderr }).on("line", keep);
  const status = await new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once("error", (cause) => {
      const reason = timeout.aborted
        ? `did not end within ${options.timeoutMs / 1000} s`
        : `could not be run (${cause.message})`;
      reject(new ProgramError(program, reason, last, cause));
    });
    child.once("close", (code, signal) => resolve(code ?? signal ?? "SIGKILL"));
  });
  if (status !== 0) throw new ProgramError(program, `ended with ${status}`, last);
  return lines;
}
