// Somebody or some plate that is looked for: on whose word, where, until when, and the table of what may follow what.

export const WATCH_KINDS = ["face", "plate"] as const;
export type WatchKind = (typeof WATCH_KINDS)[number];
export const WATCH_STATES = ["draft", "approved", "active", "refused", "revoked", "expired"] as const;
export type WatchState = (typeof WATCH_STATES)[number];
/** `start` and `expire` are the clock's; all others a person's. */
export const WATCH_STEPS = ["approve", "refuse", "revoke", "start", "expire"] as const;
export type WatchStep = (typeof WATCH_STEPS)[number];

/** What each step makes of each state; a pair that is absent is refused. */
export const WATCH_TRANSITIONS: Readonly<
  Record<WatchState, Readonly<Partial<Record<WatchStep, WatchState>>>>
> = {
  draft: { approve: "approved", refuse: "refused", revoke: "revoked", expire: "expired" },
  approved: { start: "active", revoke: "revoked", expire: "expired" },
  active: { revoke: "revoked", expire: "expired" },
  refused: {},
  revoked: {},
  expired: {},
};

export interface NewWatchEntry {
  readonly kind: WatchKind;
  readonly name: string;
  /** Of a plate entry: capitals and digits. */
  readonly plate?: string | undefined;
  readonly reason: string;
  readonly authority: string;
  readonly document: string;
  /** Names of sites, or `*` alone for all. */
  readonly sites: readonly string[];
  readonly startsAt: Date;
  readonly expiresAt: Date;
}

export interface StoredWatchEntry extends NewWatchEntry {
  readonly id: string;
  readonly state: WatchState;
  readonly requester: string;
  readonly approver: string | undefined;
  readonly decidedAt: Date | undefined;
  readonly endedReason: string | undefined;
  readonly createdAt: Date;
}

/** own-request: nobody approves what they asked for; already-decided: its state has no such step. */
export type WatchFault = "not-found" | "own-request" | "already-decided";
