// Schema of `server.yaml`: address, database, broker and forward destinations.
import Type, { type Static } from "typebox";
import { Name } from "../contract/common.ts";

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

export const Server = Type.Object(
  {
    listen: Type.Optional(
      Type.Object(
        {
          host: Type.Optional(
            Type.Enum(["127.0.0.1", "::1"], { description: "loopback only until people can sign in" }),
          ),
          port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535, description: "0: any free one" })),
        },
        strict,
      ),
    ),
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
