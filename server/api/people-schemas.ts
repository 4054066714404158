// Schemas of what the HTTP interface says and takes about people, sessions, keys of machines and the audit trail.
import Type, { type Static } from "typebox";
import { ROLES } from "../../config/role.ts";
import { Name } from "../../contract/common.ts";
import { PASSWORD_LENGTH } from "../people/password.ts";
import { PERMISSIONS, type Permission } from "../people/permission.ts";

const strict = { additionalProperties: false } as const;
const timestamp = Type.String({ description: "RFC 3339, UTC" });
const PermissionName = Type.Enum(Object.keys(PERMISSIONS) as Permission[]);
const password = (description: string) =>
  Type.String({ minLength: 1, maxLength: PASSWORD_LENGTH.most, description });
const code = Type.String({ pattern: "^[0-9]{6}$", description: "of the authenticator app" });
const reason = Type.Optional(Type.String({ minLength: 1, maxLength: 500, pattern: "\\S" }));

export const SignInBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    password: password("or a one-time password"),
    code: Type.Optional(code),
  },
  strict,
);
export type SignInBody = Static<typeof SignInBody>;
export const TicketBody = Type.Object({ ticket: Type.String({ minLength: 1, maxLength: 100 }) }, strict);

/** Who is signed in, what they may do, and what a page must send beside its cookie. */
export const Session = Type.Object({
  name: Type.String(),
  display_name: Type.String(),
  permissions: Type.Array(PermissionName, { description: "at one site at least" }),
  csrf: Type.String({ description: "to be sent as X-CSRF-Token with every request that changes something" }),
  due: Type.Optional(
    Type.Enum(["password", "second-factor"], {
      description: "what must be done before anything else may be",
    }),
  ),
  second_factor: Type.Boolean(),
  expires_at: timestamp,
});
export type Session = Static<typeof Session>;

export const PasswordBody = Type.Object(
  {
    current: password("the one that holds until now"),
    password: password(`the new one: ${PASSWORD_LENGTH.least} characters or more`),
  },
  strict,
);
export type PasswordBody = Static<typeof PasswordBody>;
export const CurrentPasswordBody = Type.Object({ current: password("to be sure who asks") }, strict);
export const CodeBody = Type.Object({ code }, strict);
export const FactorOffer = Type.Object({
  uri: Type.String({ description: "otpauth:// address, as the app reads it from a QR code" }),
  secret: Type.String({ description: "the same secret in Base32, to be typed" }),
});
export type FactorOffer = Static<typeof FactorOffer>;

export const SessionList = Type.Object({
  items: Type.Array(
    Type.Object({
      id: Type.String(),
      current: Type.Boolean(),
      created_at: timestamp,
      seen_at: timestamp,
      expires_at: timestamp,
      address: Type.String(),
      agent: Type.String(),
    }),
  ),
});

const Grant = Type.Object(
  {
    role: Type.Enum([...ROLES]),
    site: Type.Union([Name, Type.Literal("*")], { description: "a site, or * for all" }),
  },
  strict,
);
const grants = Type.Array(Grant, { maxItems: 200 });

export const Person = Type.Object({
  id: Type.String(),
  name: Type.String(),
  display_name: Type.String(),
  roles: grants,
  second_factor: Type.Boolean(),
  password_due_by: Type.Optional(timestamp),
  created_at: timestamp,
  disabled_at: Type.Optional(timestamp),
});
export type Person = Static<typeof Person>;
export const PersonList = Type.Object({ items: Type.Array(Person) });
const displayName = Type.String({ minLength: 1, maxLength: 80, pattern: "\\S" });
export const NewPersonBody = Type.Object(
  {
    name: Type.String({ pattern: "^[a-z0-9][a-z0-9._-]{1,39}$", description: "what they sign in with" }),
    display_name: displayName,
    roles: grants,
  },
  strict,
);
export const PersonPatch = Type.Object(
  {
    display_name: Type.Optional(displayName),
    disabled: Type.Optional(Type.Boolean()),
    reason,
  },
  { ...strict, minProperties: 1 },
);
export const RolesBody = Type.Object({ roles: grants, reason }, strict);
/** Shown once. */
export const OneTimePassword = Type.Object({
  person: Person,
  one_time_password: Type.String({ description: "shown this once; good for one sign-in within a day" }),
});

export const RoleList = Type.Object({
  items: Type.Array(Type.Object({ role: Type.Enum([...ROLES]), permissions: Type.Array(PermissionName) })),
  permissions: Type.Record(Type.String(), Type.String(), { description: "what each allows" }),
});

export const Token = Type.Object({
  id: Type.String(),
  name: Type.String(),
  scopes: Type.Array(Type.String()),
  created_at: timestamp,
  expires_at: timestamp,
  last_used_at: Type.Optional(timestamp),
  revoked_at: Type.Optional(timestamp),
});
export type Token = Static<typeof Token>;
export const TokenList = Type.Object({ items: Type.Array(Token) });
export const NewTokenBody = Type.Object(
  {
    name: Name,
    scopes: Type.Array(PermissionName, { minItems: 1, uniqueItems: true }),
    days: Type.Integer({ minimum: 1, maximum: 366, description: "until it ends" }),
  },
  strict,
);
export const NewToken = Type.Object({
  token: Token,
  secret: Type.String({ description: "shown this once; sent as `Authorization: Bearer …`" }),
});

export const AuditItem = Type.Object({
  position: Type.Integer({ minimum: 1 }),
  at: timestamp,
  actor: Type.String(),
  action: Type.String(),
  object: Type.String(),
  address: Type.String(),
  reason: Type.Optional(Type.String()),
  detail: Type.Record(Type.String(), Type.Unknown()),
  hash: Type.String({ description: "SHA-256, hexadecimal" }),
});
export type AuditItem = Static<typeof AuditItem>;
export const AuditPage = Type.Object({
  items: Type.Array(AuditItem),
  next: Type.Optional(Type.Integer({ description: "give it as `before` for the following page" })),
});
export const AuditVerdict = Type.Object({
  rows: Type.Integer({ minimum: 0 }),
  head: Type.Optional(Type.Object({ position: Type.Integer(), hash: Type.String() })),
  faults: Type.Array(Type.Object({ position: Type.Integer(), fault: Type.String() })),
});
