// `ngatu audit`: who may ask which route, and whether the audit trail is what was written.
import type { Command } from "commander";
import { registerAuditRoutes } from "./audit/routes.ts";
import { registerAuditVerify } from "./audit/verify.ts";

export function registerAudit(program: Command): void {
  const audit = program
    .command("audit")
    .description("who may do what, and who did / ai được làm gì, và ai đã làm gì");
  registerAuditRoutes(audit);
  registerAuditVerify(audit);
}
