// Name, password and, for those who have one, the code of their app.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../data/api.ts";
import { useGate } from "../data/use-gate.ts";
import { GateField, GateForm } from "./gate-form.tsx";

export function SignIn() {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [asksCode, setAsksCode] = useState(false);
  const gate = useGate(api.signIn);
  if (gate.problem === "code-required" && !asksCode) setAsksCode(true);
  const send = (): void => gate.send({ name, password, ...(code === "" ? {} : { code }) });
  return (
    <GateForm
      title={t("signIn.title")}
      fault={gate.fault}
      busy={gate.busy}
      send={t("signIn.send")}
      onSend={send}
    >
      <GateField
        label={t("signIn.name")}
        type="text"
        value={name}
        autoComplete="username"
        autoFocus
        testId="sign-in-name"
        onChange={setName}
      />
      <GateField
        label={t("signIn.password")}
        type="password"
        value={password}
        autoComplete="current-password"
        testId="sign-in-password"
        onChange={setPassword}
      />
      {asksCode && (
        <GateField
          label={t("signIn.code")}
          hint={t("signIn.codeHint")}
          type="text"
          value={code}
          autoComplete="one-time-code"
          autoFocus
          testId="sign-in-code"
          onChange={(value) => setCode(value.replace(/\D/g, "").slice(0, 6))}
        />
      )}
    </GateForm>
  );
}
