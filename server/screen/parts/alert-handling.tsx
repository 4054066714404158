// What people did about an alert, and the next thing that they can do.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Alert } from "../../api/schemas.ts";
import { api } from "../data/api.ts";
import { alertList } from "../data/queries.ts";
import { readAgain } from "../data/read-again.ts";
import { useMay } from "../data/session.ts";
import "./alert-handling.css";

const NEXT = { open: "acknowledge", acknowledged: "resolve" } as const;

export function AlertHandling({ alert }: { readonly alert: Alert }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const handles = useMay("alert.handle");
  const handle = useMutation({
    mutationFn: (step: "acknowledge" | "resolve") => api.handle(alert.id, step),
    onSuccess: (handled) => alertList.take(client, handled),
    // Somebody else may have been first: the list shows what they did.
    onError: () => readAgain(client, alertList.queryKey),
  });
  const step = alert.handling === "resolved" ? undefined : NEXT[alert.handling];
  return (
    <p className="alert-handling" data-testid="alert-handling" data-state={alert.handling}>
      <span className="muted">
        {t(`alert.handling.${alert.handling}`)}
        {alert.handled_by !== undefined && ` · ${alert.handled_by}`}
      </span>
      {handles && step !== undefined && (
        <button
          type="button"
          className="button button-quiet"
          data-testid={`alert-${step}`}
          disabled={handle.isPending}
          onClick={() => handle.mutate(step)}
        >
          {t(`alert.${step}`)}
        </button>
      )}
    </p>
  );
}
