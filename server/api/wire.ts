// Stored rows to what the HTTP interface says: the one place where camelCase becomes snake_case.
import type { StoredAlert } from "../store/alert.ts";
import type { StoredBox } from "../store/boxes-repository.ts";
import type { StoredCase } from "../store/case.ts";
import type { StoredEvent } from "../store/events-repository.ts";
import type { StoredEvidence } from "../store/evidence.ts";
import type { StoredForward } from "../store/forward.ts";
import type { Alert, Box, Camera, Case, Event, Evidence, Forward } from "./schemas.ts";

/** Keys that are undefined are left out, as exactOptionalPropertyTypes and JSON both want. */
function present<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as never;
}

/** The event's data without its still: a picture in every row of a list would be most of the list. */
function withoutStill(data: unknown): unknown {
  if (typeof data !== "object" || data === null || !("still" in data)) return data;
  return Object.fromEntries(Object.entries(data).filter(([key]) => key !== "still"));
}

/** The JPEG that an event carries, or undefined. */
export function stillOf(data: unknown): Buffer | undefined {
  if (typeof data !== "object" || data === null || !("still" in data)) return undefined;
  const { still } = data;
  if (typeof still !== "string") return undefined;
  const jpeg = Buffer.from(still, "base64");
  return jpeg[0] === 0xff && jpeg[1] === 0xd8 ? jpeg : undefined;
}

export function eventToWire({ id, box, camera, receivedAt, event }: StoredEvent): Event {
  const { type, subject, time, epoch, sequence, data } = event;
  return {
    id,
    box,
    camera,
    type,
    subject,
    time,
    received_at: receivedAt.toISOString(),
    epoch,
    sequence,
    data: withoutStill(data),
  };
}

/** The file that is shown as a case's still, once it has arrived. */
export function arrivedStill({ evidence }: StoredCase): StoredEvidence | undefined {
  const stills = evidence.filter((file) => file.mediaType === "image/jpeg" && file.arrivedAt !== undefined);
  return stills.find(({ name }) => name === "still-2-at.jpg" || name === "still-at.jpg") ?? stills[0];
}

function evidenceToWire({ name, mediaType, bytes, sha256, arrivedAt }: StoredEvidence): Evidence {
  return {
    ...{ name, media_type: mediaType, bytes, sha256 },
    ...present({ arrived_at: arrivedAt?.toISOString() }),
  };
}

export function caseToWire(stored: StoredCase): Case {
  const { id, kind, box, camera, rule, site, time, state, review, confirmations, event } = stored;
  return {
    ...{ id, kind, box, camera, rule, site, state, confirmations, time: time.toISOString() },
    ...present({
      review: review === undefined ? undefined : { by: review.by, until: review.until.toISOString() },
      corrected_plate: stored.correctedPlate,
      corrected_class: stored.correctedClass,
      reason: stored.reason,
      decided_at: stored.decidedAt?.toISOString(),
      decided_by: stored.decidedBy,
    }),
    still: stillOf(event.data) !== undefined || arrivedStill(stored) !== undefined,
    evidence: stored.evidence.map(evidenceToWire),
    data: withoutStill(event.data),
  };
}

export function alertToWire(stored: StoredAlert): Alert {
  const { id, subject, box, camera, rule, state, handling, openedAt, changedAt } = stored;
  return {
    ...{ id, subject, box, camera, rule, state, handling },
    opened_at: openedAt.toISOString(),
    changed_at: changedAt.toISOString(),
    ...present({
      zone: stored.zone,
      persons: stored.persons,
      handled_at: stored.handledAt?.toISOString(),
      handled_by: stored.handledBy,
      note: stored.note,
    }),
  };
}

export function boxToWire({ box, online, changedAt, status }: StoredBox): Box {
  return {
    ...{ box, online, changed_at: changedAt.toISOString(), version: status.version },
    ...present({ site: status.site }),
    cameras: status.cameras.length,
  };
}

/** The cameras that a box's status tells of, without their live figures. */
export function camerasOf({ box, online, status }: StoredBox): Camera[] {
  return status.cameras.map(({ name, state, products, place, cause }) => ({
    ...{ box, camera: name, box_online: online, state, products },
    ...present({ place: placeName(place), cause }),
  }));
}

function placeName(place: unknown): string | undefined {
  if (typeof place !== "object" || place === null || !("name" in place)) return undefined;
  return typeof place.name === "string" ? place.name : undefined;
}

export function forwardToWire(stored: StoredForward): Forward {
  const { id, destination, eventId, kind, state, attempts, nextAt } = stored;
  return {
    ...{ id, destination, event_id: eventId, kind, state, attempts, next_at: nextAt.toISOString() },
    ...present({ delivered_at: stored.deliveredAt?.toISOString(), last_error: stored.lastError }),
  };
}
