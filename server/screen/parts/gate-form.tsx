// The frame of the forms before the page: the name, a title, fields, what went wrong, and a button.
import { type ReactNode, type SubmitEvent, useId } from "react";
import { useTranslation } from "react-i18next";
import { chooseLanguage, currentLanguage } from "../text/language.ts";
import { Logo } from "./logo.tsx";

interface GateFormProps {
  readonly title: string;
  readonly why?: string;
  readonly fault: string | undefined;
  readonly busy: boolean;
  readonly send: string;
  readonly onSend: () => void;
  readonly children: ReactNode;
}

export function GateForm({ title, why, fault, busy, send, onSend, children }: GateFormProps) {
  const { t } = useTranslation();
  const other = currentLanguage() === "vi" ? "en" : "vi";
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onSend();
  };
  return (
    <main className="gate">
      <form className="gate-form" onSubmit={submit} data-testid="gate-form">
        <div className="gate-head">
          <Logo />
          <h1 className="gate-name">{t("app.name")}</h1>
        </div>
        <h2 className="gate-title">{title}</h2>
        {why !== undefined && <p className="muted">{why}</p>}
        {children}
        {fault !== undefined && (
          <p className="gate-fault" role="alert" data-testid="gate-fault">
            {fault}
          </p>
        )}
        <button type="submit" className="button button-primary" disabled={busy} data-testid="gate-send">
          {send}
        </button>
      </form>
      <button
        type="button"
        className="button button-quiet"
        lang={other}
        onClick={() => chooseLanguage(other)}
      >
        {t("header.language")}
      </button>
    </main>
  );
}

interface GateFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly type: "text" | "password";
  readonly value: string;
  readonly autoComplete: string;
  readonly testId: string;
  readonly autoFocus?: boolean;
  readonly onChange: (value: string) => void;
}

export function GateField({
  label,
  hint,
  type,
  value,
  autoComplete,
  testId,
  autoFocus,
  onChange,
}: GateFieldProps) {
  const id = useId();
  return (
    <div className="gate-field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type={type}
        required
        value={value}
        autoComplete={autoComplete}
        autoFocus={autoFocus}
        maxLength={128}
        data-testid={testId}
        onChange={(event) => onChange(event.target.value)}
      />
      {hint !== undefined && <span className="muted">{hint}</span>}
    </div>
  );
}
