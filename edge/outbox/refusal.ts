// The operating faults for which an outbox refuses events: they may be offered again.
import { DatabaseFileError, DiskFullError } from "./database.ts";
import { OutboxFullError } from "./outbox.ts";

export function isRefusal(error: unknown): error is Error {
  return (
    error instanceof DiskFullError || error instanceof DatabaseFileError || error instanceof OutboxFullError
  );
}
