// The error of a model that cannot be used: its name, and why.

/** A model file is broken, has an unexpected shape, or gave numbers that are none. `cause` is the runtime's own error. */
export class ModelError extends Error {
  override readonly name = "ModelError";
  readonly model: string;
  /** What is wrong, without the model's name. */
  readonly reason: string;

  constructor(model: string, reason: string, options?: ErrorOptions) {
    super(`model ${model}: ${reason}`, options);
    this.model = model;
    this.reason = reason;
  }
}
