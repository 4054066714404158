// One case: what it is about, its still, its state, and the two decisions while it waits.
import { useTranslation } from "react-i18next";
import type { Case } from "../../api/schemas.ts";
import { useMay } from "../data/session.ts";
import { formatMoment } from "../text/format.ts";
import { nameOf } from "../text/name.ts";
import { Badge, type Tone } from "./badge.tsx";
import { CaseDecision } from "./case-decision.tsx";
import { CaseStill } from "./case-still.tsx";
import { CaseSubject } from "./case-subject.tsx";
import "./case-row.css";

const TONES: Readonly<Record<Case["state"], Tone>> = {
  new: "warn",
  "in-review": "info",
  confirmed: "info",
  rejected: "quiet",
  forwarded: "good",
  closed: "quiet",
};

interface CaseRowProps {
  readonly row: Case;
  /** Tells a screen reader what became of a decision. */
  readonly say: (words: string) => void;
}

export function CaseRow({ row, say }: CaseRowProps) {
  const { t } = useTranslation();
  const name = nameOf(t, "rule", row.rule);
  const waits = row.state === "new" || row.state === "in-review";
  const decides = useMay(`${row.kind}.decide`);
  return (
    <li className="case" data-testid="case-row" data-case={row.id} data-kind={row.kind}>
      <CaseStill row={row} />
      <div className="case-text">
        <div className="case-head">
          <h3 className="case-name">{name}</h3>
          <Badge tone={TONES[row.state]} testId="case-state" state={row.state}>
            {t(`case.state.${row.state}`)}
          </Badge>
        </div>
        <CaseSubject row={row} />
        <p className="case-where muted">
          {row.camera} · <time dateTime={row.time}>{formatMoment(Date.parse(row.time))}</time>
        </p>
        {row.reason !== undefined && (
          <p className="case-where">{t("case.rejectedBecause", { reason: row.reason })}</p>
        )}
        {row.review !== undefined && (
          <p className="case-where" data-testid="case-reviewer">
            {t("case.reviewedBy", { name: row.review.by })}
          </p>
        )}
        {row.state === "in-review" && row.confirmations > 0 && (
          <p className="case-where">{t("case.second")}</p>
        )}
        {waits && decides && <CaseDecision row={row} name={name} say={say} />}
      </div>
    </li>
  );
}
