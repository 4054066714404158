// One event in a line or two: when, what, where, and the figure that matters.
import type { TFunction } from "i18next";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { Event } from "../../api/schemas.ts";
import { type EventFacts, readData } from "../data/event-data.ts";
import { formatClock, formatMoment, formatNumber } from "../text/format.ts";
import { currentLanguage } from "../text/language.ts";
import { nameOf } from "../text/name.ts";
import "./event-row.css";

/** A case or an alert is marked by colour beside its words; routine figures are not. */
function toneOf(type: string): string {
  if (type.includes(".case.") || type.includes(".face.")) return "warn";
  if (type.includes(".alert.") || type.includes(".incident.")) return "bad";
  return type.includes(".health.") ? "info" : "quiet";
}

function detailsOf(t: TFunction, data: EventFacts): string[] {
  const language = currentLanguage();
  const named = (group: Parameters<typeof nameOf>[1], word: string | undefined) =>
    word === undefined ? undefined : nameOf(t, group, word);
  const parts = [
    data.zone ?? data.line ?? data.lane ?? data.component,
    named("pictureFault", data.pictureFault),
    data.plate,
    data.entryName,
    named("class", data.class ?? data.trackClass),
    named("direction", data.direction),
    data.count === undefined ? undefined : `+${formatNumber(data.count, language)}`,
    data.total === undefined ? undefined : t("event.total", { total: formatNumber(data.total, language) }),
    data.persons === undefined
      ? undefined
      : t("camera.people", { persons: formatNumber(data.persons, language) }),
    named(data.component === undefined ? "alertState" : "health", data.state),
    named("withheld", data.withheld),
    data.cause,
  ];
  return parts.filter((part) => part !== undefined);
}

export const EventRow = memo(function EventRow({ event }: { readonly event: Event }) {
  const { t } = useTranslation();
  const data = readData(event.data);
  const atMs = Date.parse(event.time);
  const typeName = nameOf(t, "event.type", event.type);
  const ruleName = data.rule === undefined ? typeName : nameOf(t, "rule", data.rule);
  const name = data.pictureFault === undefined ? ruleName : t("event.picture");
  return (
    <li className={`event event-${toneOf(event.type)}`} data-testid="event-row" data-type={event.type}>
      <time className="event-time muted" dateTime={event.time} title={formatMoment(atMs)}>
        {formatClock(atMs)}
      </time>
      <div className="event-text">
        <p className="event-name" title={typeName}>
          {name}
        </p>
        <p className="event-details muted">{[event.camera, ...detailsOf(t, data)].join(" · ")}</p>
      </div>
    </li>
  );
});
