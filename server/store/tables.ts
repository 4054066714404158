// The tables as Kysely sees them: camelCase here, snake_case in SQL, mapped by the plugin in database.ts.
import type { Generated, GeneratedAlways, JSONColumnType } from "kysely";
import type { Envelope } from "../../contract/event.ts";
import type { Status } from "../../contract/messages.ts";
import type { Role } from "../../config/role.ts";
import type { AlertHandling, AlertState } from "./alert.ts";
import type { CaseKind, CaseState, CaseStep, CorrectedField } from "./case.ts";
import type { ForwardState } from "./forward.ts";
import type { WatchKind, WatchState } from "./watch-entry.ts";

export interface Tables {
  events: {
    id: string;
    /** A bigint, which the driver gives as text. */
    position: GeneratedAlways<string>;
    box: string;
    camera: string;
    epoch: string;
    sequence: string;
    type: string;
    source: string;
    subject: string;
    time: Date;
    receivedAt: Generated<Date>;
    event: JSONColumnType<Envelope>;
    site: GeneratedAlways<string>;
  };
  quarantine: {
    id: GeneratedAlways<string>;
    receivedAt: Generated<Date>;
    topic: string;
    reason: string;
    sha256: Buffer;
    bytes: number;
    payload: Buffer;
    seen: Generated<number>;
  };
  cases: {
    id: string;
    kind: CaseKind;
    box: string;
    camera: string;
    rule: string;
    site: string;
    time: Date;
    state: Generated<CaseState>;
    reason: string | null;
    decidedAt: Date | null;
    decidedBy: string | null;
    version: Generated<number>;
    reviewerId: string | null;
    reviewer: string | null;
    reviewUntil: Date | null;
    confirmations: Generated<number>;
    correctedPlate: string | null;
    correctedClass: string | null;
    plate: string | null;
    plateCorrected: GeneratedAlways<string | null>;
  };
  caseSteps: {
    id: GeneratedAlways<string>;
    caseId: string;
    at: Generated<Date>;
    actorId: string | null;
    actor: string;
    step: CaseStep;
    state: CaseState;
    reason: string | null;
  };
  caseCorrections: {
    id: GeneratedAlways<string>;
    caseId: string;
    at: Generated<Date>;
    authorId: string;
    author: string;
    field: CorrectedField;
    value: string;
    reason: string | null;
  };
  evidenceFiles: {
    box: string;
    sha256: string;
    bytes: number;
    mediaType: string;
    arrivedAt: Date | null;
    refused: Generated<number>;
  };
  caseEvidence: {
    caseId: string;
    name: string;
    box: string;
    sha256: string;
  };
  evidenceKeys: {
    key: string;
    publicKey: string;
    owner: "box" | "server";
    name: string;
    validFrom: Date;
    validUntil: Generated<Date | null>;
    revokedAt: Generated<Date | null>;
    reason: Generated<string | null>;
  };
  evidenceEndorsements: {
    caseId: string;
    number: number;
    name: string;
    document: Buffer;
    signature: Buffer;
    stepId: string | null;
    madeAt: Generated<Date>;
  };
  evidenceFaults: {
    caseId: string;
    fault: string;
    madeAt: Generated<Date>;
  };
  alerts: {
    id: string;
    box: string;
    camera: string;
    epoch: string;
    subject: string;
    site: string;
    openedSequence: string;
    rule: string;
    zone: string | null;
    state: AlertState;
    openedAt: Date;
    changedAt: Date;
    persons: number | null;
    eventId: string;
    handling: Generated<AlertHandling>;
    handledAt: Date | null;
    handledBy: string | null;
    note: string | null;
  };
  boxes: {
    box: string;
    online: boolean;
    changedAt: Date;
    status: JSONColumnType<Status>;
    site: GeneratedAlways<string | null>;
  };
  forwards: {
    id: GeneratedAlways<string>;
    destination: string;
    eventId: string;
    kind: string;
    body: JSONColumnType<Envelope>;
    /** Source and subject: rows with the same key are delivered in order. */
    orderKey: string;
    state: Generated<ForwardState>;
    attempts: Generated<number>;
    createdAt: Generated<Date>;
    nextAt: Generated<Date>;
    deliveredAt: Date | null;
    lastError: string | null;
    site: GeneratedAlways<string>;
  };
  people: {
    id: string;
    name: string;
    displayName: string;
    passwordHash: string;
    passwordDueBy: Date | null;
    secondFactor: Buffer | null;
    secondFactorNew: Buffer | null;
    /** A bigint, which the driver gives as text. */
    secondFactorStep: Generated<string>;
    createdAt: Generated<Date>;
    disabledAt: Date | null;
  };
  personRoles: {
    personId: string;
    role: Role;
    /** `*`: everywhere. */
    site: string;
  };
  sessions: {
    id: string;
    personId: string;
    sha256: Buffer;
    createdAt: Generated<Date>;
    seenAt: Generated<Date>;
    expiresAt: Date;
    address: string;
    agent: string;
  };
  apiTokens: {
    id: string;
    personId: string;
    name: string;
    sha256: Buffer;
    scopes: string[];
    createdAt: Generated<Date>;
    expiresAt: Date;
    lastUsedAt: Date | null;
    revokedAt: Date | null;
  };
  signInFailures: {
    key: Buffer;
    failures: number;
    lastAt: Date;
    lockedUntil: Date | null;
  };
  watchEntries: {
    id: string;
    kind: WatchKind;
    name: string;
    plate: string | null;
    reason: string;
    authority: string;
    document: string;
    sites: string[];
    startsAt: Date;
    expiresAt: Date;
    state: Generated<WatchState>;
    requesterId: string;
    requester: string;
    approverId: string | null;
    approver: string | null;
    decidedAt: Date | null;
    endedReason: string | null;
    createdAt: Generated<Date>;
  };
  audit: {
    /** A bigint, which the driver gives as text. */
    position: string;
    at: Date;
    actorId: string | null;
    actor: string;
    action: string;
    object: string;
    address: string;
    reason: string | null;
    detail: JSONColumnType<Record<string, unknown>>;
    previous: Buffer;
    hash: Buffer;
    seal: Buffer;
  };
  auditHead: {
    one: Generated<boolean>;
    position: string;
    hash: Buffer;
    seal: Buffer;
  };
}
