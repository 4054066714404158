// Events as they arrive, newest first.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEvents } from "../data/queries.ts";
import { nameOf } from "../text/name.ts";
import { EventRow } from "./event-row.tsx";
import { ListAge } from "./list-age.tsx";
import { Panel } from "./panel.tsx";
import { QueryState } from "./query-state.tsx";
import "./event-feed.css";

export function EventFeed() {
  const { t } = useTranslation();
  const events = useEvents();
  const [type, setType] = useState("");
  const types = [...new Set((events.data ?? []).map((event) => event.type))].sort();
  const aside = (
    <>
      <ListAge readAtMs={events.dataUpdatedAt} />
      <select
        className="event-filter"
        aria-label={t("event.filter")}
        value={type}
        onChange={(change) => setType(change.target.value)}
      >
        <option value="">{t("event.all")}</option>
        {types.map((name) => (
          <option key={name} value={name}>
            {nameOf(t, "event.type", name)}
          </option>
        ))}
      </select>
    </>
  );
  return (
    <Panel id="events" title={t("event.title")} aside={aside}>
      <QueryState query={events} empty={{ title: t("event.empty"), hint: t("event.emptyHint") }}>
        {(rows) => (
          <ol>
            {rows
              .filter((event) => type === "" || event.type === type)
              .map((event) => (
                <EventRow key={event.id} event={event} />
              ))}
          </ol>
        )}
      </QueryState>
    </Panel>
  );
}
