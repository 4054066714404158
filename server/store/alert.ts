// One crowd alert from its opening to its end.

export const ALERT_STATES = ["opened", "updated", "closed"] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** What people did about it, beside what the crowd does. */
export const ALERT_HANDLINGS = ["open", "acknowledged", "resolved"] as const;
export type AlertHandling = (typeof ALERT_HANDLINGS)[number];
export type AlertStep = "acknowledge" | "resolve";

/** What each step makes of each state; a pair that is absent is refused. */
export const ALERT_TRANSITIONS: Readonly<
  Record<AlertHandling, Readonly<Partial<Record<AlertStep, AlertHandling>>>>
> = {
  open: { acknowledge: "acknowledged", resolve: "resolved" },
  acknowledged: { resolve: "resolved" },
  resolved: {},
};

export interface StoredAlert {
  /** Id of the event that opened it. */
  readonly id: string;
  readonly subject: string;
  readonly box: string;
  readonly camera: string;
  readonly rule: string;
  readonly site: string;
  readonly zone: string | undefined;
  readonly state: AlertState;
  readonly openedAt: Date;
  readonly changedAt: Date;
  readonly persons: number | undefined;
  readonly handling: AlertHandling;
  readonly handledAt: Date | undefined;
  readonly handledBy: string | undefined;
  readonly note: string | undefined;
}
