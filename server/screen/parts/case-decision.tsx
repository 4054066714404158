// Confirm, or reject with a reason.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Case } from "../../api/schemas.ts";
import { useDecide } from "../data/use-decide.ts";
import { RejectForm } from "./reject-form.tsx";
import "./case-decision.css";

interface CaseDecisionProps {
  readonly row: Case;
  readonly name: string;
  readonly say: (words: string) => void;
}

/** Gives the keyboard's place to the next case: its own buttons go with the decision. */
function focusNext(id: string): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-testid="case-row"]')];
  const index = rows.findIndex((element) => element.dataset["case"] === id);
  const next = rows[index + 1]?.querySelector<HTMLElement>('[data-testid="case-confirm"]');
  (next ?? document.querySelector<HTMLElement>("#cases .panel-body"))?.focus();
}

export function CaseDecision({ row, name, say }: CaseDecisionProps) {
  const { t } = useTranslation();
  const [rejecting, setRejecting] = useState(false);
  const decide = useDecide(row.id, {
    onDecided: ({ state }) => say(t(state === "rejected" ? "case.rejected" : "case.confirmed", { name })),
    beforeChange: () => focusNext(row.id),
  });

  if (rejecting) {
    return (
      <RejectForm
        kind={row.kind}
        busy={decide.isPending}
        fault={decide.faultText}
        onReject={(reason) => decide.mutate({ decision: "reject", reason })}
        onCancel={() => setRejecting(false)}
      />
    );
  }
  return (
    <div className="decision">
      <button
        type="button"
        className="button button-primary"
        data-testid="case-confirm"
        aria-label={`${t("case.confirm")}: ${name}`}
        disabled={decide.isPending}
        onClick={() => decide.mutate({ decision: "confirm" })}
      >
        {t("case.confirm")}
      </button>
      <button
        type="button"
        className="button"
        data-testid="case-reject"
        aria-label={`${t("case.reject")}: ${name}`}
        disabled={decide.isPending}
        onClick={() => setRejecting(true)}
      >
        {t("case.reject")}…
      </button>
      {decide.faultText !== undefined && (
        <p className="decision-fault" role="alert">
          {decide.faultText}
        </p>
      )}
    </div>
  );
}
