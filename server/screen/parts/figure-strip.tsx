// The key figures across the top.
import { useTranslation } from "react-i18next";
import { useAllLive } from "../data/live-store.ts";
import { useNow } from "../data/now.ts";
import { useAlerts, useBoxes, useSummary } from "../data/queries.ts";
import { Figure } from "./figure.tsx";
import { useListFreshness } from "./use-list-freshness.ts";
import "./figure-strip.css";

/** Live figures older than this are no longer "now". */
const LIVE_STALE_MS = 5_000;
const SUMMARY_STALE_MS = 15_000;

function sum(counts: Readonly<Record<string, number>> | undefined): number | undefined {
  return counts === undefined ? undefined : Object.values(counts).reduce((total, count) => total + count, 0);
}

export function FigureStrip() {
  const { t } = useTranslation();
  const nowMs = useNow();
  const counted = useAllLive().filter((view) => view.figures.zones.length > 0);
  const fresh = counted.filter((view) => nowMs - view.atMs <= LIVE_STALE_MS);
  // Fresh cameras only, while there is one: a sum of now and of an hour ago is no figure.
  const zones = (fresh.length > 0 ? fresh : counted).flatMap((view) => view.figures.zones);
  const summary = useSummary();
  const alerts = useAlerts();
  const boxes = useBoxes();
  const alertsAtMs = useListFreshness(alerts.dataUpdatedAt);
  const boxesAtMs = useListFreshness(boxes.dataUpdatedAt);
  const stored = { atMs: summary.dataUpdatedAt, staleAfterMs: SUMMARY_STALE_MS };
  const forwards = summary.data?.forwards_by_state;
  const open = alerts.data?.filter(({ state }) => state !== "closed").length;
  const pending = summary.data && (summary.data.cases_by_state["new"] ?? 0);
  const online = boxes.data?.filter((box) => box.online).length;

  return (
    <section className="figures" aria-label={t("figure.title")}>
      <Figure
        name="people"
        value={counted.length === 0 ? undefined : zones.reduce((total, { persons }) => total + persons, 0)}
        note={t("figure.peopleNote", { zones: zones.length })}
        atMs={Math.max(0, ...counted.map((view) => view.atMs))}
        staleAfterMs={LIVE_STALE_MS}
      />
      <Figure
        name="pending"
        value={pending}
        tone={pending ? "warn" : undefined}
        note={t("figure.pendingNote")}
        {...stored}
      />
      <Figure
        name="alerts"
        value={open}
        tone={open ? "bad" : undefined}
        note={t("figure.alertsNote")}
        atMs={alertsAtMs}
        staleAfterMs={SUMMARY_STALE_MS}
      />
      <Figure
        name="events"
        value={sum(summary.data?.events_by_type)}
        note={t("figure.eventsNote")}
        {...stored}
      />
      <Figure
        name="forwarded"
        value={forwards && (forwards["delivered"] ?? 0)}
        tone={forwards?.["dead"] ? "bad" : undefined}
        note={t("figure.forwardedNote", {
          waiting: forwards?.["waiting"] ?? 0,
          dead: forwards?.["dead"] ?? 0,
        })}
        {...stored}
      />
      <Figure
        name="boxes"
        value={online}
        of={boxes.data?.length}
        tone={boxes.data?.some((box) => !box.online) ? "bad" : undefined}
        note={t("figure.boxesNote")}
        atMs={boxesAtMs}
        staleAfterMs={SUMMARY_STALE_MS}
      />
    </section>
  );
}
