// Crowd alerts: open ones first.
import { useTranslation } from "react-i18next";
import type { Alert } from "../../api/schemas.ts";
import { useAlerts } from "../data/queries.ts";
import { AlertRow } from "./alert-row.tsx";
import { ListAge } from "./list-age.tsx";
import { Panel } from "./panel.tsx";
import { QueryState } from "./query-state.tsx";

function openFirst(a: Alert, b: Alert): number {
  const closed = Number(a.state === "closed") - Number(b.state === "closed");
  return closed === 0 ? b.changed_at.localeCompare(a.changed_at) : closed;
}

export function AlertList() {
  const { t } = useTranslation();
  const alerts = useAlerts();
  return (
    <Panel id="alerts" title={t("alert.title")} aside={<ListAge readAtMs={alerts.dataUpdatedAt} />}>
      <QueryState query={alerts} empty={{ title: t("alert.empty") }}>
        {(rows) => (
          <ul>
            {[...rows].sort(openFirst).map((alert) => (
              <AlertRow key={alert.id} alert={alert} />
            ))}
          </ul>
        )}
      </QueryState>
    </Panel>
  );
}
