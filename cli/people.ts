// `ngatu people`: a way in for who has access to the server's machine when nobody can sign in any more.
import type { Command } from "commander";
import { EVERYWHERE } from "../server/people/access.ts";
import { oneTimeUntil } from "../server/people/first-administrator.ts";
import { Passwords } from "../server/people/password.ts";
import { newOneTimePassword } from "../server/people/secret.ts";
import { SERVER } from "../server/store/audit-chain.ts";
import { withServerDatabase } from "./server-database.ts";

/** There is nobody of this name, or the change was refused. */
class PersonError extends Error {
  override readonly name = "PersonError";
}

/** As the audit trail names whoever runs the command. */
const TERMINAL = { ...SERVER, name: "terminal" };

export function registerPeople(program: Command): void {
  const people = program
    .command("people")
    .description("people who may sign in to a server / người được đăng nhập");
  people
    .command("list")
    .description("names, roles and second factors / danh sách")
    .requiredOption("--config <file>", "server.yaml")
    .action(async ({ config }: { config: string }) => {
      const rows = await withServerDatabase(config, ({ repositories }) => repositories.people.list());
      for (const { name, displayName, grants, hasSecondFactor, disabledAt } of rows) {
        const roles = grants
          .map(({ role, site }) => (site === EVERYWHERE ? role : `${role}@${site}`))
          .join(" ");
        const marks = [hasSecondFactor ? "second factor" : "", disabledAt === undefined ? "" : "disabled"];
        process.stdout.write(`${[name, displayName, roles, ...marks].filter(Boolean).join("\t")}\n`);
      }
    });
  people
    .command("reset")
    .argument("<name>", "who has lost their password; the second factor goes too")
    .description("print a one-time password, shown once / cấp lại mật khẩu dùng một lần")
    .requiredOption("--config <file>", "server.yaml")
    .action(async (name: string, { config }: { config: string }) => {
      const password = await withServerDatabase(config, async ({ repositories }) => {
        const person = await repositories.people.byName(name);
        if (person === undefined)
          throw new PersonError(`nobody is called ${name}; ngatu people list shows who is`);
        const password = newOneTimePassword();
        const hash = await new Passwords().hash(password);
        if (person.hasSecondFactor) await repositories.people.removeSecondFactor(person.id, TERMINAL);
        if (person.disabledAt !== undefined)
          await repositories.people.setDisabled(person.id, false, TERMINAL);
        const due = oneTimeUntil(new Date());
        const changed = await repositories.people.setPassword(person.id, hash, due, TERMINAL);
        if (typeof changed === "string") throw new PersonError(`refused: ${changed}`);
        return password;
      });
      process.stdout.write(`${password}\n`);
    });
}
