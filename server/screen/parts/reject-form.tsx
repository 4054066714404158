// The reason without which a case is not rejected: one of the usual ones, or own words.
import { type SubmitEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Case } from "../../api/schemas.ts";
import "./reject-form.css";

const REASON_LIMIT = 500;
const USUAL = {
  traffic: ["unclear", "lawful", "exempt"],
  face: ["unclear", "wrongPerson"],
} as const;

interface RejectFormProps {
  readonly kind: Case["kind"];
  readonly busy: boolean;
  readonly fault: string | undefined;
  readonly onReject: (reason: string) => void;
  readonly onCancel: () => void;
}

export function RejectForm({ kind, busy, fault, onReject, onCancel }: RejectFormProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const id = useId();
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (reason.trim() !== "") onReject(reason.trim());
  };
  return (
    <form
      className="reject"
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === "Escape") onCancel();
      }}
    >
      <label htmlFor={id} className="reject-label">
        {t("case.reason")} <span className="muted">{t("case.reasonHint")}</span>
      </label>
      <div className="reject-usual">
        {USUAL[kind].map((name) => (
          <button
            key={name}
            type="button"
            className="reject-reason"
            onClick={() => setReason(t(`case.reasons.${name}`))}
          >
            {t(`case.reasons.${name}`)}
          </button>
        ))}
      </div>
      <textarea
        id={id}
        rows={2}
        maxLength={REASON_LIMIT}
        required
        autoFocus
        value={reason}
        data-testid="case-reason"
        onChange={(event) => setReason(event.target.value)}
      />
      {fault !== undefined && (
        <p className="decision-fault" role="alert">
          {fault}
        </p>
      )}
      <div className="decision">
        <button
          type="submit"
          className="button button-danger"
          data-testid="case-reject-send"
          disabled={busy || reason.trim() === ""}
        >
          {t("case.reject")}
        </button>
        <button type="button" className="button button-quiet" onClick={onCancel}>
          {t("case.cancel")}
        </button>
      </div>
    </form>
  );
}
