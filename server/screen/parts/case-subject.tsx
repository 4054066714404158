// Whom a case is about: the vehicle and its plate, or the watch-list entry and its likeness.
import { useTranslation } from "react-i18next";
import type { Case } from "../../api/schemas.ts";
import { readData } from "../data/event-data.ts";
import { formatNumber } from "../text/format.ts";
import { currentLanguage } from "../text/language.ts";
import { nameOf } from "../text/name.ts";
import "./case-subject.css";

export function CaseSubject({ row }: { readonly row: Case }) {
  const { t } = useTranslation();
  const data = readData(row.data);
  if (row.kind === "face") {
    return (
      <p className="case-subject">
        <strong>{data.entryName ?? "?"}</strong>
        {data.score !== undefined && (
          <span className="muted">
            {t("case.similarity", { score: formatNumber(data.score, currentLanguage(), 2) })}
          </span>
        )}
      </p>
    );
  }
  const { offence } = data;
  return (
    <p className="case-subject">
      {data.plate === undefined ? (
        <span className="muted">{t("case.noPlate")}</span>
      ) : (
        <span className="plate" title={t("case.plate")}>
          {data.plate}
        </span>
      )}
      {row.corrected_plate !== undefined && (
        <span>{t("case.corrected", { value: row.corrected_plate })}</span>
      )}
      {row.corrected_class !== undefined && (
        <span>{t("case.corrected", { value: nameOf(t, "class", row.corrected_class) })}</span>
      )}
      {data.trackClass !== undefined && <span>{nameOf(t, "class", data.trackClass)}</span>}
      {data.speedKmh !== undefined && (
        <span className="muted">
          {t("case.speed", { speed: formatNumber(data.speedKmh, currentLanguage()) })}
        </span>
      )}
      {offence !== undefined && (
        <span className="case-offence muted" data-testid="case-offence">
          {`${offence[currentLanguage()]}: ${offence.source}`}
        </span>
      )}
    </p>
  );
}
