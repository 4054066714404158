// The picture that came with a case, or the place where it would be.
import { useTranslation } from "react-i18next";
import type { Case } from "../../api/schemas.ts";
import { api } from "../data/api.ts";
import "./case-still.css";

export function CaseStill({ row }: { readonly row: Case }) {
  const { t } = useTranslation();
  if (!row.still) {
    const onItsWay = row.evidence.some((file) => file.arrived_at === undefined);
    return (
      <div className="case-still" data-testid={onItsWay ? "evidence-on-its-way" : undefined}>
        {t(onItsWay ? "case.evidenceOnItsWay" : "case.noStill")}
      </div>
    );
  }
  const url = api.stillOf(row.id);
  return (
    <a className="case-still" href={url} target="_blank" rel="noreferrer" title={t("case.still")}>
      <img src={url} alt={t("case.still")} loading="lazy" data-testid="case-still" />
    </a>
  );
}
