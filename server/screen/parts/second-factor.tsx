// The authenticator app of somebody whose role needs one: a secret for the app, then a code from it.
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../data/api.ts";
import { RequestError } from "../data/problem.ts";
import { useGate } from "../data/use-gate.ts";
import { GateField, GateForm } from "./gate-form.tsx";

export function SecondFactor() {
  const { t } = useTranslation();
  const [current, setCurrent] = useState("");
  const [code, setCode] = useState("");
  const offer = useMutation({ mutationFn: api.offerSecondFactor });
  const gate = useGate(api.confirmSecondFactor);
  const frame = { title: t("signIn.factorTitle"), why: t("signIn.factorWhy") };
  if (offer.data === undefined) {
    const problem = offer.error instanceof RequestError ? offer.error.problem?.title : undefined;
    return (
      <GateForm
        {...frame}
        fault={offer.error === null ? undefined : (problem ?? t("state.network"))}
        busy={offer.isPending}
        send={t("signIn.factorOffer")}
        onSend={() => offer.mutate(current)}
      >
        <GateField
          label={t("signIn.current")}
          type="password"
          value={current}
          autoComplete="current-password"
          autoFocus
          testId="factor-password"
          onChange={setCurrent}
        />
      </GateForm>
    );
  }
  return (
    <GateForm
      {...frame}
      fault={gate.fault}
      busy={gate.busy}
      send={t("signIn.factorConfirm")}
      onSend={() => gate.send(code)}
    >
      <p>{t("signIn.factorSecret")}</p>
      <p className="gate-secret" data-testid="factor-secret">
        {offer.data.secret}
      </p>
      <GateField
        label={t("signIn.code")}
        hint={t("signIn.codeHint")}
        type="text"
        value={code}
        autoComplete="one-time-code"
        autoFocus
        testId="factor-code"
        onChange={(value) => setCode(value.replace(/\D/g, "").slice(0, 6))}
      />
    </GateForm>
  );
}
