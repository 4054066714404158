// Schema of `box.yaml`: one edge box, its cameras, models, broker and data folder.
import Type, { type Static } from "typebox";
import { Name } from "../contract/common.ts";

const strict = { additionalProperties: false } as const;

export const Box = Type.Object(
  {
    site: Name,
    box: Name,
    data: Type.String({ minLength: 1, description: "folder of the outbox and the gallery; mode 0700" }),
    cameras: Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description: "paths of camera files" }),
    broker: Type.Object(
      {
        url: Type.String({
          pattern: "^mqtts?://[^@]+$",
          description: "mqtts:// outside loopback; never a password",
        }),
        username: Type.Optional(Type.String()),
        password_file: Type.Optional(Type.String()),
        ca_file: Type.Optional(Type.String()),
      },
      strict,
    ),
    decoding: Type.Optional(
      Type.Object(
        {
          hardware: Type.Enum(["vaapi", "qsv", "cuda", "vdpau", "drm"], {
            description: "decodes every camera's pictures; software takes over where it does not work",
          }),
          device: Type.Optional(
            Type.String({
              pattern: "^(/dev/[\\w/.-]+|\\d+|:\\d+)$",
              description: "e.g. /dev/dri/renderD128",
            }),
          ),
        },
        strict,
      ),
    ),
    inference: Type.Optional(
      Type.Object(
        {
          workers: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 64, description: "threads; default: cores" }),
          ),
          detector: Type.Optional(
            Type.String({ description: "a detector of the catalogue; default: the best present" }),
          ),
          providers: Type.Optional(
            Type.Array(Type.Enum(["cpu", "cuda", "tensorrt", "openvino"]), {
              minItems: 1,
              maxItems: 4,
              description:
                "what networks are computed on, best first; the CPU where none of them works, and the log says why",
            }),
          ),
          threshold: Type.Optional(
            Type.Number({
              minimum: 0.05,
              maximum: 0.95,
              description:
                "least confidence of a detection, on the scale that all detectors share; 0.1. Raising it loses the faint sooner",
            }),
          ),
        },
        strict,
      ),
    ),
    offences: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "file of what breaches are in law, in place of the one that ships (config/offences.yaml)",
      }),
    ),
    accept_undocumented_weights: Type.Optional(Type.Boolean()),
    gallery: Type.Optional(
      Type.Object(
        { key_file: Type.Optional(Type.String({ description: "32 bytes, hex; or NGATU_GALLERY_KEY" })) },
        strict,
      ),
    ),
    outbox: Type.Optional(
      Type.Object(
        {
          max_mb: Type.Optional(Type.Number({ minimum: 1, maximum: 1_000_000 })),
          max_days: Type.Optional(
            Type.Number({
              minimum: 1,
              maximum: 3650,
              description: "how long what is no case waits for the server, in time that the box runs; 30",
            }),
          ),
          resend_s: Type.Optional(Type.Number({ minimum: 1, maximum: 3600 })),
        },
        strict,
      ),
    ),
    evidence: Type.Optional(
      Type.Object(
        {
          url: Type.String({
            pattern: "^(https://[^@/?#]+|http://(127\\.0\\.0\\.1|localhost|\\[::1\\])(:[0-9]{1,5})?)$",
            description:
              "where the server takes files; https:// outside loopback. With the broker's name and password",
          }),
          ca_file: Type.Optional(Type.String({ minLength: 1 })),
          max_mb: Type.Optional(
            Type.Number({ minimum: 1, maximum: 1_000_000, description: "512 by default" }),
          ),
        },
        strict,
      ),
    ),
    tracks: Type.Optional(
      Type.Object(
        {
          days: Type.Optional(
            Type.Number({
              minimum: 0,
              maximum: 30,
              description: "how long tracks (boxes without pictures) are kept for dry runs; 3. 0 keeps none",
            }),
          ),
          max_mb: Type.Optional(
            Type.Number({ minimum: 1, maximum: 100_000, description: "at most so much a camera; 200" }),
          ),
        },
        strict,
      ),
    ),
    log: Type.Optional(Type.Enum(["trace", "debug", "info", "warn", "error"])),
  },
  strict,
);
export type BoxConfig = Static<typeof Box>;
