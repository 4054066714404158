// What somebody's permissions mean for the rows of each list.
import type { Access } from "../people/access.ts";
import type { CaseScope, EventScope, Sites } from "../store/scope.ts";
import type { CountScope } from "../store/counts.ts";

export function caseScope(access: Access): CaseScope {
  return { traffic: access.sites("traffic.read"), face: access.sites("face.read") };
}

/** Cases that somebody may review and decide. */
export function decideScope(access: Access): CaseScope {
  return { traffic: access.sites("traffic.decide"), face: access.sites("face.decide") };
}

/** What an unknown type tells of nobody knows: it is for those who may read of vehicles and of people. */
export function eventScope(access: Access): EventScope {
  const { traffic, face } = caseScope(access);
  return { open: access.sites("event.read"), traffic, face, unknown: common(traffic, face) };
}

export function countScope(access: Access): CountScope {
  return { events: eventScope(access), cases: caseScope(access), forwards: access.sites("forward.read") };
}

function common(a: Sites, b: Sites): Sites {
  if (a === "all") return b;
  return b === "all" ? a : a.filter((site) => b.includes(site));
}
