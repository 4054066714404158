// Schema of `server.yaml`: address, database, broker and forward destinations.
import Type, { type Static } from "typebox";
import { Name } from "../contract/common.ts";
import { ROLES } from "./role.ts";
import { RULE_KINDS } from "./rule.ts";

const strict = { additionalProperties: false } as const;

export const Destination = Type.Object(
  {
    name: Name,
    url: Type.String({
      pattern: "^https?://[^@/?#]+([/?#].*)?$",
      description: "never a password: it is shown",
    }),
    secret_file: Type.String({ minLength: 1, description: "Standard Webhooks secret, whsec_…" }),
    kinds: Type.Optional(
      Type.Array(Type.Enum(["traffic-case", "crowd-alert", "face-match", "incident"]), { minItems: 1 }),
    ),
    timeout_s: Type.Optional(Type.Number({ minimum: 1, maximum: 60 })),
  },
  strict,
);

/** Where boxes upload evidence to, and where it is kept. */
export const Evidence = Type.Object(
  {
    data: Type.String({ minLength: 1, description: "folder of the files; servers of one database share it" }),
    passwords_file: Type.String({
      minLength: 1,
      description: "mosquitto's password file: a box uploads with the name and password it has at the broker",
    }),
    listen: Type.Object(
      {
        host: Type.Optional(
          Type.String({
            minLength: 1,
            description: "127.0.0.1 by default; beyond loopback with a certificate",
          }),
        ),
        port: Type.Integer({ minimum: 0, maximum: 65_535, description: "0: any free one" }),
      },
      strict,
    ),
    cert_file: Type.Optional(Type.String({ minLength: 1, description: "PEM; with key_file: HTTPS" })),
    key_file: Type.Optional(Type.String({ minLength: 1 })),
  },
  strict,
);
export type EvidenceConfig = Static<typeof Evidence>;

/** Where people reach the screen. Beyond loopback only over TLS, its own or that of a proxy in front. */
export const Listen = Type.Object(
  {
    host: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "127.0.0.1 by default; beyond loopback with a certificate or behind a proxy that has one",
      }),
    ),
    port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535, description: "0: any free one" })),
    names: Type.Optional(
      Type.Array(Type.String({ pattern: "^[a-z0-9.-]+(:[0-9]{1,5})?$" }), {
        minItems: 1,
        description:
          "names (with their port, unless it is 443) under which browsers ask for it; others are refused",
      }),
    ),
    cert_file: Type.Optional(Type.String({ minLength: 1, description: "PEM; with key_file: HTTPS" })),
    key_file: Type.Optional(Type.String({ minLength: 1 })),
    behind_proxy: Type.Optional(
      Type.Boolean({
        description: "one proxy in front ends TLS and sets X-Forwarded-For; nobody else can reach this port",
      }),
    ),
  },
  strict,
);
export type ListenConfig = Static<typeof Listen>;

/** How people sign in. */
export const People = Type.Object(
  {
    key_file: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "32 bytes in hexadecimal, the same for all servers of a database; made where it is absent",
      }),
    ),
    second_factor: Type.Optional(
      Type.Array(Type.Enum([...ROLES]), {
        description: "roles that may do nothing without one; none by default",
      }),
    ),
    idle_min: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1440, description: "a session without a request ends; 30" }),
    ),
    session_h: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 24, description: "every session ends: a shift; 12" }),
    ),
  },
  strict,
);
export type PeopleConfig = Static<typeof People>;

/** How cases are reviewed. */
export const Review = Type.Object(
  {
    second_officer: Type.Optional(
      Type.Array(Type.Enum([...RULE_KINDS]), {
        description: "rules whose cases two people must confirm; none by default",
      }),
    ),
    hold_min: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 120,
        description: "a case stays with whoever took it for so long without a sign; 5",
      }),
    ),
  },
  strict,
);

export const Server = Type.Object(
  {
    listen: Type.Optional(Listen),
    people: Type.Optional(People),
    review: Type.Optional(Review),
    database: Type.Optional(
      Type.Object(
        {
          data: Type.Optional(
            Type.String({ description: "folder of the embedded PostgreSQL when DATABASE_URL is unset" }),
          ),
        },
        strict,
      ),
    ),
    broker: Type.Object(
      {
        url: Type.String({ pattern: "^mqtts?://[^@]+$", description: "never a password: it is logged" }),
        username: Type.Optional(Type.String()),
        password_file: Type.Optional(Type.String()),
        ca_file: Type.Optional(Type.String()),
      },
      strict,
    ),
    evidence: Type.Optional(Evidence),
    destinations: Type.Optional(Type.Array(Destination)),
    log: Type.Optional(Type.Enum(["trace", "debug", "info", "warn", "error"])),
  },
  strict,
);
export type ServerConfig = Static<typeof Server>;
