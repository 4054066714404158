// What stands before the page: who is not signed in signs in, who has something to do first does that.
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { App } from "./app.tsx";
import { whenSignedOut } from "./data/api.ts";
import { leave, SessionContext, useSession } from "./data/session.ts";
import { Closed } from "./parts/closed.tsx";
import { NewPassword } from "./parts/new-password.tsx";
import { SecondFactor } from "./parts/second-factor.tsx";
import { SignIn } from "./parts/sign-in.tsx";
import "./parts/sign-in.css";

export function Gate() {
  const { t } = useTranslation();
  const session = useSession();
  useEffect(() => whenSignedOut(leave), []);
  if (session.data === undefined) {
    return (
      <main className="gate" role={session.isError ? "alert" : "status"}>
        <p className="muted">{t(session.isError ? "state.network" : "state.loading")}</p>
        {session.isError && (
          <button type="button" className="button" onClick={() => void session.refetch()}>
            {t("state.retry")}
          </button>
        )}
      </main>
    );
  }
  if (session.data === null) return <SignIn />;
  if (session.data.due === "password") return <NewPassword />;
  if (session.data.due === "second-factor") return <SecondFactor />;
  return (
    <SessionContext value={session.data}>
      {session.data.permissions.includes("event.read") ? <App /> : <Closed />}
    </SessionContext>
  );
}
