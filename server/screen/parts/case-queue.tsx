// Cases: what waits for a decision first, what was decided below it.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Case } from "../../api/schemas.ts";
import { useCases } from "../data/queries.ts";
import { Badge } from "./badge.tsx";
import { CaseRow } from "./case-row.tsx";
import { Empty } from "./empty.tsx";
import { ListAge } from "./list-age.tsx";
import { Panel } from "./panel.tsx";
import { QueryState } from "./query-state.tsx";
import "./case-queue.css";

const DECIDED_ROWS = 30;

function isWaiting({ state }: Case): boolean {
  return state === "new" || state === "in-review";
}

function newestDecision(a: Case, b: Case): number {
  return (b.decided_at ?? "").localeCompare(a.decided_at ?? "");
}

export function CaseQueue() {
  const { t } = useTranslation();
  const cases = useCases();
  const [said, say] = useState("");
  const pending = (cases.data ?? []).filter(isWaiting);
  const aside = (
    <>
      <ListAge readAtMs={cases.dataUpdatedAt} />
      <Badge tone={pending.length > 0 ? "warn" : "quiet"} testId="case-pending">
        {t("case.pending")}: {cases.data === undefined ? "–" : pending.length}
      </Badge>
    </>
  );
  return (
    <Panel id="cases" title={t("case.title")} aside={aside}>
      <p className="case-human muted">{t("case.human")}</p>
      <p className="visually-hidden" role="status">
        {said}
      </p>
      <QueryState query={cases} empty={{ title: t("case.empty"), hint: t("case.emptyHint") }}>
        {(rows) => {
          const decided = rows.filter((row) => !isWaiting(row)).sort(newestDecision);
          return (
            <>
              {pending.length === 0 && <Empty title={t("case.empty")} hint={t("case.emptyHint")} />}
              <ul className="case-list">
                {pending.map((row) => (
                  <CaseRow key={row.id} row={row} say={say} />
                ))}
              </ul>
              {decided.length > 0 && <h3 className="case-decided muted">{t("case.decided")}</h3>}
              <ul className="case-list">
                {decided.slice(0, DECIDED_ROWS).map((row) => (
                  <CaseRow key={row.id} row={row} say={say} />
                ))}
              </ul>
            </>
          );
        }}
      </QueryState>
    </Panel>
  );
}
