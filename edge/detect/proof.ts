// Lets models prove themselves before a box relies on them: opened and run in a process that may crash.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { ModelError } from "../../models/model-error.ts";
import { workerFile } from "../worker-file.ts";
import type { WorkerModels } from "./worker-protocol.ts";

/** What the process says; without a fault the models were opened and ran. */
export interface ProofAnswer {
  readonly fault?: string;
}

export interface ProofOptions {
  /** Opening a network on a busy machine takes seconds, on a GPU for the first time longer. */
  readonly timeoutMs?: number;
  /** The process's own file. */
  readonly file?: string;
  /** Ends the process, and the proof fails. */
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 60_000;
/** The end of what a crashing process wrote is enough to say why. */
const KEPT_BYTES = 2_000;

/**
 * Opens the models as a worker would and runs the detector at every size that the cameras need. Rejects with
 * {@link ModelError} when a file is broken, an output has another shape or holds NaN, the process crashes, or it isn't
 * done in time. It needs the memory of one worker more while it lasts.
 */
export async function proveModels(models: WorkerModels, options: ProofOptions = {}): Promise<void> {
  const { timeoutMs = TIMEOUT_MS, file = fileURLToPath(workerFile(import.meta.url, "proof-process")) } =
    options;
  const name = models.detector?.name ?? "(no detector)";
  options.signal?.throwIfAborted();
  const child = fork(file, { stdio: ["ignore", "ignore", "pipe", "ipc"], serialization: "advanced" });
  const kill = (): void => void child.kill("SIGKILL");
  let answer: ProofAnswer | undefined;
  let said = "";
  child.once("message", (message: ProofAnswer) => {
    answer = message;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-KEPT_BYTES);
  });
  const timer = setTimeout(kill, timeoutMs);
  options.signal?.addEventListener("abort", kill);
  try {
    const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
    // A process that is gone already says so by its exit.
    child.send(models, () => undefined);
    const [code, signal] = await exited;
    options.signal?.throwIfAborted();
    if (answer?.fault !== undefined) throw new ModelError(name, `was refused in its proof: ${answer.fault}`);
    if (answer === undefined) throw new ModelError(name, `was refused in its proof: ${endOf(code, signal)}`);
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", kill);
  }

  function endOf(code: number | null, signal: NodeJS.Signals | null): string {
    if (signal === "SIGKILL") return `its process was not done in ${timeoutMs} ms, or was killed`;
    const lastLine = said.trimEnd().split("\n").at(-1) ?? "";
    return `its process crashed (${signal ?? `exit code ${code}`})${lastLine === "" ? "" : `: ${lastLine}`}`;
  }
}
