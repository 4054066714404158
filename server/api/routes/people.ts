// People, their roles and the end of their sessions, for administrators.
import type { FastifyRequest } from "fastify";
import Type from "typebox";
import type { PeopleDesk } from "../../people/desk.ts";
import { EVERYWHERE } from "../../people/access.ts";
import { oneTimeUntil } from "../../people/first-administrator.ts";
import { EVERYWHERE_ONLY, PERMISSIONS, ROLE_PERMISSIONS } from "../../people/permission.ts";
import { newOneTimePassword } from "../../people/secret.ts";
import { ROLES } from "../../../config/role.ts";
import type { PersonFault, StoredGrant, StoredPerson } from "../../store/people-repository.ts";
import { principal } from "../authorize.ts";
import type { Repositories } from "../dependencies.ts";
import type { Api } from "../instance.ts";
import {
  NewPersonBody,
  OneTimePassword,
  Person,
  PersonList,
  PersonPatch,
  RoleList,
  RolesBody,
} from "../people-schemas.ts";
import { ProblemError } from "../problem.ts";
import { Id, problems } from "./shape.ts";

const config = { needs: "people.manage" } as const;
const Ended = Type.Object({ ended: Type.Integer({ minimum: 0, description: "sessions" }) });

export function addPeople(
  app: Api,
  { people, sessions, audit }: Pick<Repositories, "people" | "sessions" | "audit">,
  { passwords }: Pick<PeopleDesk, "passwords">,
  now: () => Date,
): void {
  const actor = (request: FastifyRequest) => principal(request).actor;

  app.get(
    "/roles",
    { config, schema: { summary: "Roles and what each may do", response: { 200: RoleList, ...problems } } },
    () => ({
      items: ROLES.map((role) => ({ role, permissions: [...ROLE_PERMISSIONS[role]] })),
      permissions: { ...PERMISSIONS },
    }),
  );

  app.get(
    "/people",
    { config, schema: { summary: "People, by name", response: { 200: PersonList, ...problems } } },
    async () => ({ items: (await people.list()).map(personToWire) }),
  );

  app.get(
    "/people/:id",
    { config, schema: { summary: "One person", params: Id, response: { 200: Person, ...problems } } },
    async ({ params: { id } }) => personToWire(found((await people.get(id)) ?? "not-found")),
  );

  app.post(
    "/people",
    {
      config,
      schema: {
        summary: "Let somebody in, with a one-time password",
        body: NewPersonBody,
        response: { 200: OneTimePassword, ...problems },
      },
    },
    async (request) => {
      const { name, display_name: displayName, roles } = request.body;
      checkSites(roles);
      const password = newOneTimePassword();
      const passwordHash = await passwords.hash(password);
      const person = { name, displayName, grants: roles, passwordHash, passwordDueBy: oneTimeUntil(now()) };
      const created = found(await people.create(person, actor(request)));
      return { person: personToWire(created), one_time_password: password };
    },
  );

  app.patch(
    "/people/:id",
    {
      config,
      schema: {
        summary: "Change the shown name, or disable (which ends all sessions) and enable",
        params: Id,
        body: PersonPatch,
        response: { 200: Person, ...problems },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { display_name: displayName, disabled, reason } = request.body;
      let person = found((await people.get(id)) ?? "not-found");
      if (disabled !== undefined && disabled !== (person.disabledAt !== undefined))
        person = found(await people.setDisabled(id, disabled, actor(request), reason));
      if (displayName !== undefined && displayName !== person.displayName)
        person = found(await people.setDisplayName(id, displayName, actor(request)));
      return personToWire(person);
    },
  );

  app.put(
    "/people/:id/roles",
    {
      config,
      schema: {
        summary: "Give roles in place of all before; the person signs in anew",
        params: Id,
        body: RolesBody,
        response: { 200: Person, ...problems },
      },
    },
    async (request) => {
      const { roles, reason } = request.body;
      checkSites(roles);
      return personToWire(found(await people.setGrants(request.params.id, roles, actor(request), reason)));
    },
  );

  app.post(
    "/people/:id/one-time-password",
    {
      config,
      schema: {
        summary: "A one-time password in place of a lost one; all sessions end",
        params: Id,
        response: { 200: OneTimePassword, ...problems },
      },
    },
    async (request) => {
      const password = newOneTimePassword();
      const hash = await passwords.hash(password);
      const due = oneTimeUntil(now());
      const person = found(await people.setPassword(request.params.id, hash, due, actor(request)));
      return { person: personToWire(person), one_time_password: password };
    },
  );

  app.delete(
    "/people/:id/sessions",
    {
      config,
      schema: { summary: "Sign somebody out everywhere", params: Id, response: { 200: Ended, ...problems } },
    },
    async (request) => {
      const person = found((await people.get(request.params.id)) ?? "not-found");
      const ended = await sessions.endAll(person.id);
      const object = `person/${person.name}`;
      await audit.note({ actor: actor(request), action: "session.end-all", object, detail: { ended } });
      return { ended };
    },
  );

  app.delete(
    "/people/:id/second-factor",
    {
      config,
      schema: {
        summary: "Remove the second factor of somebody who lost it",
        params: Id,
        response: { 200: Person, ...problems },
      },
    },
    async (request) =>
      personToWire(found(await people.removeSecondFactor(request.params.id, actor(request)))),
  );
}

function found(result: StoredPerson | PersonFault): StoredPerson {
  if (typeof result === "string") throw new ProblemError(result);
  return result;
}

/** A role whose every right holds everywhere or not at all would be an empty promise at one site. */
function checkSites(roles: readonly StoredGrant[]): void {
  roles.forEach(({ role, site }, index) => {
    const empty = site !== EVERYWHERE && ROLE_PERMISSIONS[role].some((one) => EVERYWHERE_ONLY.has(one));
    if (empty)
      throw new ProblemError("invalid-request", [
        { field: `roles/${index}/site`, keyword: "everywhere", limit: role },
      ]);
  });
}

function personToWire(person: StoredPerson): Person {
  const { id, name, displayName, grants, hasSecondFactor, createdAt, passwordDueBy, disabledAt } = person;
  return {
    ...{ id, name, display_name: displayName, roles: [...grants], second_factor: hasSecondFactor },
    created_at: createdAt.toISOString(),
    ...(passwordDueBy === undefined ? {} : { password_due_by: passwordDueBy.toISOString() }),
    ...(disabledAt === undefined ? {} : { disabled_at: disabledAt.toISOString() }),
  };
}
