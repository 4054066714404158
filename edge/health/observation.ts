// From a change of the picture's health to what is told of it.
import type { Observation } from "../rules/rule.ts";
import type { HealthKind } from "./kind.ts";
import type { HealthNotice } from "./monitor.ts";

/** Somebody has to go there: an incident. The others are the light's or the camera's own: a state of its health. */
const INCIDENTS: ReadonlySet<HealthKind> = new Set(["covered", "blurred", "moved"]);

const CAUSES: Readonly<Record<HealthKind, string>> = {
  frozen: "the picture stands still",
  dark: "the picture is dark",
  glare: "the picture is dazzled",
  covered: "the lens is covered",
  blurred: "the picture is blurred",
  moved: "the camera was moved: the view is not the scene's",
};

export function healthObservation(camera: string, notice: HealthNotice): Observation {
  const { kind, state, tMs, sinceMs, turnedPercent } = notice;
  const subject = `${camera}/${kind}`;
  if (!INCIDENTS.has(kind)) {
    const told = state === "opened" ? { state: "degraded", cause: CAUSES[kind] } : { state: "ok" };
    return {
      type: "vn.ngatu.health.v1",
      subject,
      tMs,
      data: { component: "camera", name: kind, t_ms: tMs, ...told },
    };
  }
  return {
    type: "vn.ngatu.incident.v1",
    subject,
    tMs,
    data: {
      rule: "camera-health",
      rule_version: 1,
      name: kind,
      state,
      t_ms: tMs,
      because: {
        since_ms: sinceMs,
        cause: CAUSES[kind],
        ...(turnedPercent === undefined ? {} : { turned_percent: turnedPercent }),
      },
    },
  };
}
