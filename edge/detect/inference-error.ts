// Why an inference job brought no result.

/**
 * - `job`: the model refused it or its output was wrong; the worker lives on;
 * - `died`: its worker ended under it and is being replaced;
 * - `timeout`: no answer in time; the worker was ended and is being replaced;
 * - `busy`: the queue was full, nothing was tried;
 * - `stopped`: the pool was stopped, or never started.
 */
export type InferenceFault = "job" | "died" | "timeout" | "busy" | "stopped";

export class InferenceError extends Error {
  override readonly name = "InferenceError";
  readonly kind: InferenceFault;

  constructor(kind: InferenceFault, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}
