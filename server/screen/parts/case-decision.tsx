// Confirm, or reject with a reason.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { use, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Case } from "../../api/schemas.ts";
import { api } from "../data/api.ts";
import { caseList } from "../data/queries.ts";
import { readAgain } from "../data/read-again.ts";
import { SessionContext } from "../data/session.ts";
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
  const session = use(SessionContext);
  const others = row.review !== undefined && row.review.by !== session?.name;
  const client = useQueryClient();
  // Whoever thinks about a reason holds the case meanwhile; the stream tells everybody.
  const hold = useMutation({
    mutationFn: (take: boolean) => (take ? api.claim(row.id) : api.release(row.id)),
    onSuccess: (held, take) => {
      caseList.take(client, held);
      setRejecting(take);
    },
    onError: () => readAgain(client, caseList.queryKey),
  });
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
        onCancel={() => hold.mutate(false)}
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
        disabled={decide.isPending || others}
        onClick={() => decide.mutate({ decision: "confirm" })}
      >
        {t("case.confirm")}
      </button>
      <button
        type="button"
        className="button"
        data-testid="case-reject"
        aria-label={`${t("case.reject")}: ${name}`}
        disabled={decide.isPending || hold.isPending || others}
        onClick={() => hold.mutate(true)}
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
