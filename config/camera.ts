// Schema of `camera.yaml`: one camera and its scene (FORMATS §1). Geometry is checked when the scene is built.
import Type, { type Static } from "typebox";
import { Name } from "../contract/common.ts";
import { RULE_KINDS, type RuleConfig } from "./rule.ts";

const strict = { additionalProperties: false } as const;

/** A point in pixels of `picture`: x to the right, y down. */
const Point = Type.Array(Type.Number(), { minItems: 2, maxItems: 2 });
const Polygon = Type.Array(Point, { minItems: 3, maxItems: 64 });

export const Line = Type.Object(
  {
    name: Name,
    from: Point,
    to: Point,
    towards: Type.Array(Type.Number(), {
      minItems: 2,
      maxItems: 2,
      description: "any point on the far side: a crossing to that side is forward",
    }),
    kind: Type.Enum(["stop", "exit", "solid", "count"]),
  },
  strict,
);
export const Lane = Type.Object(
  {
    name: Name,
    polygon: Polygon,
    towards: Point,
    classes: Type.Optional(Type.Array(Type.Enum(["bicycle", "motorcycle", "car", "bus", "truck", "person"]))),
    speed_limit_kmh: Type.Optional(Type.Number({ minimum: 5, maximum: 130 })),
  },
  strict,
);
export const ZONE_KINDS = [
  "crowd",
  "no-stopping",
  "junction-box",
  "sidewalk",
  "carriageway",
  "crosswalk",
  "approach",
  "emergency-lane",
  "turn-from",
  "turn-to",
  "privacy",
] as const;
export const Zone = Type.Object(
  {
    name: Name,
    kind: Type.Enum([...ZONE_KINDS]),
    polygon: Polygon,
    capacity: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
  },
  strict,
);
const Region = Type.Array(Type.Number(), { minItems: 4, maxItems: 4, description: "x, y, width, height" });
const SIGNAL_STATES = ["red", "yellow", "green", "off", "unknown"] as const;
export type SignalState = (typeof SIGNAL_STATES)[number];
const signalSources = {
  mqtt: Type.Optional(
    Type.String({
      pattern: "^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)?$",
      description:
        "controller/phase, as told under ngatu/signal/{controller}; without a phase: of one that has a single one",
    }),
  ),
  lamps: Type.Optional(
    Type.Object({ red: Region, yellow: Type.Optional(Region), green: Type.Optional(Region) }, strict),
  ),
  schedule: Type.Optional(
    Type.Object(
      {
        cycle_s: Type.Number({ exclusiveMinimum: 0 }),
        offset_s: Type.Optional(Type.Number()),
        phases: Type.Array(
          Type.Object(
            { state: Type.Enum([...SIGNAL_STATES]), s: Type.Number({ exclusiveMinimum: 0 }) },
            strict,
          ),
          { minItems: 1 },
        ),
      },
      strict,
    ),
  ),
};
const SignalSource = Type.Object(signalSources, {
  ...strict,
  minProperties: 1,
  maxProperties: 1,
  description: "exactly one source",
});
export const Signal = Type.Object(
  {
    name: Name,
    from: SignalSource,
    check: Type.Optional(
      Type.Object(signalSources, {
        ...strict,
        minProperties: 1,
        maxProperties: 1,
        description: "a second source: while it contradicts the first, the state is unknown",
      }),
    ),
  },
  strict,
);

export const Camera = Type.Object(
  {
    camera: Name,
    source: Type.String({ minLength: 1, description: "rtsp://… or a file; never a password" }),
    substream: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "a smaller stream of the same view, analysed instead; same password; source for faces and clips",
      }),
    ),
    password_file: Type.Optional(Type.String({ minLength: 1 })),
    picture: Type.Object(
      {
        width: Type.Integer({ minimum: 16, maximum: 16_384 }),
        height: Type.Integer({ minimum: 16, maximum: 16_384 }),
      },
      strict,
    ),
    detector: Type.Optional(
      Type.Object(
        {
          input: Type.Optional(
            Type.Object(
              {
                width: Type.Integer({ minimum: 32, maximum: 4096 }),
                height: Type.Integer({ minimum: 32, maximum: 4096 }),
              },
              { ...strict, description: "the network's input; only where it takes other sizes than its own" },
            ),
          ),
          tiles: Type.Optional(
            Type.Object(
              {
                columns: Type.Integer({ minimum: 1, maximum: 8 }),
                rows: Type.Integer({ minimum: 1, maximum: 8 }),
                per_frame: Type.Optional(
                  Type.Integer({
                    minimum: 1,
                    maximum: 64,
                    description:
                      "most tiles looked at in a frame, where things are first; each costs as much as the whole picture; default: all",
                  }),
                ),
              },
              {
                ...strict,
                description: "the picture enlarged and looked at in parts: for small and far objects",
              },
            ),
          ),
          suppression: Type.Optional(
            Type.Enum(["hard", "soft"], {
              description: "soft keeps people apart who stand close together (crowds); default: hard",
            }),
          ),
        },
        strict,
      ),
    ),
    count: Type.Optional(
      Type.Object(
        {
          by: Type.Enum(["bodies", "density"]),
          model: Type.Optional(
            Type.String({ minLength: 1, description: "of the catalogue; default: its preferred one" }),
          ),
        },
        {
          ...strict,
          description:
            "how many people a crowd zone holds: by the bodies that are followed (the default), or by a network of " +
            "people's density that the site brings, once a second; needs analyse: always",
        },
      ),
    ),
    analyse: Type.Optional(
      Type.Enum(["always", "on-change"], {
        description:
          "on-change: frames without change and without anybody who is followed are spared, and of a scene at rest key " +
          "frames alone are decoded, so that somebody is first seen at the next one; always (the default) where that is " +
          "too late; refused where a signal is read from its lamps",
      }),
    ),
    analyse_fps: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 60 })),
    place: Type.Optional(
      Type.Object(
        {
          name: Type.Optional(Type.String()),
          latitude: Type.Optional(Type.Number({ minimum: -90, maximum: 90 })),
          longitude: Type.Optional(Type.Number({ minimum: -180, maximum: 180 })),
          road: Type.Optional(Type.String()),
          heading_deg: Type.Optional(Type.Number({ minimum: 0, maximum: 360 })),
        },
        strict,
      ),
    ),
    plates: Type.Optional(
      Type.Boolean({
        description:
          "read plates of vehicles, from full-size pictures; default: where a rule makes cases of vehicles",
      }),
    ),
    products: Type.Optional(Type.Array(Type.Enum(["traffic", "crowd", "face"]), { minItems: 1 })),
    ground: Type.Optional(
      Type.Object(
        {
          points: Type.Array(Type.Object({ picture: Point, metres: Point }, strict), {
            minItems: 4,
            maxItems: 64,
          }),
          camera_height_m: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 200 })),
          distortion: Type.Optional(
            Type.Number({
              minimum: -0.6,
              maximum: 0.6,
              description:
                "of the lens, division model, radius in half picture diagonals; below 0: straight lines bulge outwards",
            }),
          ),
        },
        strict,
      ),
    ),
    lines: Type.Optional(Type.Array(Line)),
    lanes: Type.Optional(Type.Array(Lane)),
    zones: Type.Optional(Type.Array(Zone)),
    signals: Type.Optional(Type.Array(Signal)),
    rules: Type.Optional(
      Type.Array(
        Type.Object({ rule: Type.Enum([...RULE_KINDS]) }, { description: "each rule by its own schema" }),
      ),
    ),
  },
  strict,
);
export type CameraConfig = Omit<Static<typeof Camera>, "rules"> & { rules?: RuleConfig[] };
export type Picture = CameraConfig["picture"];
