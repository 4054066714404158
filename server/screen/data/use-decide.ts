// Sends one decision about one case and puts the answer into the list.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Case, DecisionBody } from "../../api/schemas.ts";
import { api } from "./api.ts";
import { RequestError } from "./problem.ts";
import { readAgain } from "./read-again.ts";
import { caseList } from "./queries.ts";

interface DecideEvents {
  readonly onDecided: (decided: Case) => void;
  /** Called when the row is about to lose its buttons. */
  readonly beforeChange: () => void;
}

interface Decide {
  readonly isPending: boolean;
  readonly faultText: string | undefined;
  mutate(decision: DecisionBody): void;
}

export function useDecide(id: string, { onDecided, beforeChange }: DecideEvents): Decide {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (decision: DecisionBody) => api.decide(id, decision),
    onSuccess: (decided) => {
      beforeChange();
      // The stream may already have said more, such as that it was forwarded: an older state must not undo that.
      const known = client.getQueryData<Case[]>(caseList.queryKey)?.find((row) => row.id === id);
      if (known?.state === "new" || known?.state === "in-review") caseList.take(client, decided);
      onDecided(decided);
    },
    // Somebody else may have decided: the list shows what.
    onError: () => readAgain(client, caseList.queryKey),
  });
  const problem = error instanceof RequestError ? error.problem?.title : undefined;
  return {
    mutate: (decision) => mutate(decision),
    isPending,
    faultText: error === null ? undefined : t("case.failed", { problem: problem ?? t("state.network") }),
  };
}
