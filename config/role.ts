// The roles that people act in; what each may do is the server's table (server/people/permission.ts).

export const ROLES = [
  "traffic-officer",
  "traffic-supervisor",
  "ioc-operator",
  "watch-list-officer",
  "approver",
  "auditor",
  "engineer",
  "administrator",
] as const;
export type Role = (typeof ROLES)[number];
