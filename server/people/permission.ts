// Who may do what: one table of roles and permissions, which every route and every query goes by.
import type { Role } from "../../config/role.ts";

const ANYBODY = ["event.read", "camera.read", "alert.read"] as const;
const TRAFFIC = ["traffic.read", "traffic.decide"] as const;
const FACE = ["face.read", "face.decide"] as const;

/** Each permission with what it allows. */
export const PERMISSIONS = {
  "event.read":
    "counts, flows, crowds, incidents, health: what names nobody; one with a plate needs traffic.read",
  "camera.read": "boxes, cameras and their figures",
  "camera.watch": "live pictures, heads hidden",
  "alert.read": "crowd alerts",
  "alert.handle": "acknowledge and resolve alerts",
  "traffic.read": "traffic cases and observations, with plates and evidence",
  "traffic.decide": "review, correct and decide traffic cases",
  "face.read": "matches with the watch list",
  "face.decide": "review and decide matches",
  "case.free": "take a case from the officer who holds it",
  "forward.read": "what was delivered to other systems",
  "forward.replay": "try a delivery again",
  "watchlist.read": "entries of the watch list, without templates",
  "watchlist.propose": "draft and withdraw entries",
  "watchlist.approve": "approve or refuse somebody else's entry",
  "audit.read": "the audit trail",
  "token.use": "make keys for machines, with no more than one's own rights",
  "people.manage": "people, their roles, and the end of their sessions",
} as const;
export type Permission = keyof typeof PERMISSIONS;

/** The table. What isn't here is refused. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  "traffic-officer": [...ANYBODY, ...TRAFFIC, "camera.watch"],
  "traffic-supervisor": [
    ...[...ANYBODY, ...TRAFFIC, "camera.watch", "alert.handle"],
    ...["case.free", "forward.read", "forward.replay"],
  ] as Permission[],
  "ioc-operator": [...ANYBODY, "camera.watch", "alert.handle", "traffic.read", "forward.read"],
  "watch-list-officer": [...ANYBODY, ...FACE, "camera.watch", "watchlist.read", "watchlist.propose"],
  approver: [...ANYBODY, "face.read", "watchlist.read", "watchlist.approve"],
  auditor: [...ANYBODY, "traffic.read", "face.read", "watchlist.read", "forward.read", "audit.read"],
  engineer: [...ANYBODY, "camera.watch", "forward.read", "forward.replay", "token.use"],
  administrator: ["camera.read", "token.use", "people.manage"],
};

/** Held everywhere or not at all: what they open has no site. */
export const EVERYWHERE_ONLY: ReadonlySet<Permission> = new Set<Permission>([
  "audit.read",
  "token.use",
  "people.manage",
]);

/** Never given to a machine: a decision is a person's, and so is giving rights. */
export const PERSONAL: ReadonlySet<Permission> = new Set<Permission>([
  "traffic.decide",
  "face.decide",
  "case.free",
  "watchlist.approve",
  "token.use",
  "people.manage",
]);

export function isPermission(text: string): text is Permission {
  return Object.hasOwn(PERMISSIONS, text);
}
