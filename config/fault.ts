// A fault of a configuration file: where it is, what was seen, what is allowed.

export interface Fault {
  readonly file: string;
  readonly line: number;
  readonly key: string;
  readonly value: string;
  readonly allowed: string;
}

/** Exit status for bad configuration (sysexits EX_CONFIG). */
export const EXIT_CONFIG = 78;

/** A configuration that was refused, with every fault found in it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(formatFault).join("\n"));
    this.faults = faults;
  }
}

export function formatFault(fault: Fault): string {
  return `${fault.file}:${fault.line}: ${fault.key}: ${fault.value} is not allowed; allowed: ${fault.allowed}`;
}
