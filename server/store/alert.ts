// One crowd alert from its opening to its end.

export const ALERT_STATES = ["opened", "updated", "closed"] as const;
export type AlertState = (typeof ALERT_STATES)[number];

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
}
