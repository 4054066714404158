// The event that tells of a change of state of a box, a camera or a part of either.
import { v7 as uuid } from "uuid";
import { dataSchemaOf } from "../../contract/event.ts";
import type { EventDraft } from "./event-draft.ts";

export interface HealthChange {
  readonly site: string;
  readonly box: string;
  /** The camera concerned; absent for the box itself. */
  readonly camera?: string;
  readonly component: "camera" | "outbox" | "clock" | "model" | "box";
  readonly state: string;
  readonly cause?: string | undefined;
}

export function healthEvent(change: HealthChange): EventDraft {
  const { site, box, camera, component, state, cause } = change;
  return {
    specversion: "1.0",
    id: uuid(),
    source: `/${site}/${box}/${camera ?? component}`,
    type: "vn.ngatu.health.v1",
    subject: camera === undefined ? component : `${camera}/${component}`,
    time: new Date().toISOString(),
    dataschema: dataSchemaOf("vn.ngatu.health.v1"),
    data: {
      component,
      ...(camera === undefined ? {} : { camera }),
      state,
      ...(cause === undefined ? {} : { cause }),
    },
  };
}
