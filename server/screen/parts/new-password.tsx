// A password of one's own in place of a one-time one.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../data/api.ts";
import { useGate } from "../data/use-gate.ts";
import { GateField, GateForm } from "./gate-form.tsx";

export function NewPassword() {
  const { t } = useTranslation();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const [repeated, setRepeated] = useState("");
  const gate = useGate(api.changePassword);
  const differ = repeated !== "" && repeated !== password;
  const send = (): void => {
    if (password === repeated) gate.send({ current, password });
  };
  return (
    <GateForm
      title={t("signIn.newTitle")}
      why={t("signIn.newWhy")}
      fault={differ ? t("signIn.differ") : gate.fault}
      busy={gate.busy || differ}
      send={t("signIn.change")}
      onSend={send}
    >
      <GateField
        label={t("signIn.current")}
        type="password"
        value={current}
        autoComplete="current-password"
        autoFocus
        testId="password-current"
        onChange={setCurrent}
      />
      <GateField
        label={t("signIn.next")}
        type="password"
        value={password}
        autoComplete="new-password"
        testId="password-next"
        onChange={setPassword}
      />
      <GateField
        label={t("signIn.repeat")}
        type="password"
        value={repeated}
        autoComplete="new-password"
        testId="password-repeat"
        onChange={setRepeated}
      />
    </GateForm>
  );
}
