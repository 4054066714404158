// Schema of `offences.yaml`: which article of which decree a rule's breach falls under, from which day to which.
import { fileURLToPath } from "node:url";
import Type, { type Static } from "typebox";
import { VEHICLE_CLASSES } from "../contract/common.ts";
import { ConfigError } from "./fault.ts";
import { load } from "./load.ts";
import { RULE_KINDS } from "./rule.ts";

const strict = { additionalProperties: false } as const;
const Day = Type.String({
  pattern: "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$",
  description: "a day in Vietnam",
});
const Text = Type.String({ minLength: 1 });

export const OffenceEntry = Type.Object(
  {
    rule: Type.Enum([...RULE_KINDS]),
    name: Type.Optional(
      Type.String({ description: "only breaches of rules with this `name`; goes before entries without" }),
    ),
    classes: Type.Array(Type.Enum([...VEHICLE_CLASSES]), { minItems: 1 }),
    amount: Type.Optional(
      Type.Object(
        {
          from: Type.Optional(Type.Number({ description: "this or more" })),
          above: Type.Optional(Type.Number({ description: "more than this" })),
          below: Type.Optional(Type.Number({ description: "less than this" })),
          to: Type.Optional(Type.Number({ description: "this or less" })),
        },
        { ...strict, minProperties: 1, description: "speed: km/h over the limit; riders: passengers" },
      ),
    ),
    decree: Text,
    amended_by: Type.Optional(Text),
    article: Text,
    vi: Text,
    en: Text,
    fine_vnd: Type.Array(Type.Integer({ minimum: 0 }), { minItems: 2, maxItems: 2 }),
    points: Type.Optional(Type.Integer({ minimum: 1, maximum: 12, description: "licence points deducted" })),
    valid_from: Day,
    valid_to: Type.Optional(Day),
  },
  strict,
);
export type OffenceEntry = Static<typeof OffenceEntry>;
const Offences = Type.Object({ offences: Type.Array(OffenceEntry) }, strict);

export const SHIPPED_OFFENCES = fileURLToPath(new URL("offences.yaml", import.meta.url));

/** Reads the offences that ship with the product, or a site's own. Throws {@link ConfigError} with every fault. */
export function loadOffences(file = SHIPPED_OFFENCES): readonly OffenceEntry[] {
  const loaded = load(file, Offences);
  const { offences } = loaded.value;
  const faults = offences.flatMap((entry, index) => {
    const { valid_from: from, valid_to: to, fine_vnd: fine } = entry;
    const [least = 0, most = 0] = fine;
    return [
      ...(to !== undefined && to < from
        ? [loaded.fault(["offences", index, "valid_to"], to, `a day not before valid_from (${from})`)]
        : []),
      ...(least > most
        ? [loaded.fault(["offences", index, "fine_vnd"], fine, "the least fine, then the greatest")]
        : []),
    ];
  });
  if (faults.length > 0) throw new ConfigError(faults);
  return offences;
}
