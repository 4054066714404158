// One crowd alert: where, what, how many, and since when or for how long.
import { useTranslation } from "react-i18next";
import type { Alert } from "../../api/schemas.ts";
import { formatClock, formatDuration, formatMoment, formatNumber } from "../text/format.ts";
import { currentLanguage } from "../text/language.ts";
import { nameOf } from "../text/name.ts";
import { AlertHandling } from "./alert-handling.tsx";
import { Badge } from "./badge.tsx";
import "./alert-row.css";

export function AlertRow({ alert }: { readonly alert: Alert }) {
  const { t } = useTranslation();
  const language = currentLanguage();
  const open = alert.state !== "closed";
  const openedMs = Date.parse(alert.opened_at);
  return (
    <li className="alert" data-testid="alert-row" data-state={alert.state}>
      <div className="alert-head">
        <strong>{nameOf(t, "rule", alert.rule)}</strong>
        <Badge tone={open ? "bad" : "quiet"} testId="alert-state" state={open ? "open" : "closed"}>
          {open ? t("alert.open") : t("alert.closed")}
        </Badge>
      </div>
      <p className="alert-where muted">
        <span>
          {alert.camera}
          {alert.zone !== undefined && ` / ${alert.zone}`}
          {alert.persons !== undefined &&
            ` · ${t("alert.people", { persons: formatNumber(alert.persons, language) })}`}
        </span>
        <time dateTime={alert.opened_at} title={formatMoment(openedMs)}>
          {open
            ? t("alert.since", { time: formatClock(openedMs) })
            : t("alert.lasted", {
                duration: formatDuration(Date.parse(alert.changed_at) - openedMs, language),
              })}
        </time>
      </p>
      <AlertHandling alert={alert} />
    </li>
  );
}
