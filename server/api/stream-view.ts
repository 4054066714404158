// What one screen may be told of: the same scopes as the lists, asked of each message.
import type { FeedMessage } from "../alert/feed.ts";
import type { Access } from "../people/access.ts";
import {
  type CaseScope,
  eventClass,
  type EventScope,
  includesSite,
  type Sites,
  siteOf,
} from "../store/scope.ts";
import { caseScope, eventScope } from "./scope.ts";

export interface StreamView {
  readonly events: EventScope;
  readonly cases: CaseScope;
  readonly alerts: Sites;
  readonly cameras: Sites;
  readonly pictures: Sites;
  readonly forwards: Sites;
}

export function streamView(access: Access): StreamView {
  return {
    events: eventScope(access),
    cases: caseScope(access),
    alerts: access.sites("alert.read"),
    cameras: access.sites("camera.read"),
    pictures: access.sites("camera.watch"),
    forwards: access.sites("forward.read"),
  };
}

export function maySee(view: StreamView, message: Exclude<FeedMessage, { kind: "live" }>): boolean {
  switch (message.kind) {
    case "missed":
      return true;
    case "event":
      return includesSite(view.events[eventClass(message.event.event)], siteOf(message.event.event.source));
    case "case":
      return includesSite(view.cases[message.case.kind], message.case.site);
    case "alert":
      return includesSite(view.alerts, message.alert.site);
    case "box":
      return includesSite(view.cameras, message.box.status.site);
    case "forward":
      return includesSite(view.forwards, message.forward.site);
  }
}
