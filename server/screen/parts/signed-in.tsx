// Who is signed in, and the way out.
import { useMutation } from "@tanstack/react-query";
import { use } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../data/api.ts";
import { leave, SessionContext } from "../data/session.ts";

export function SignedIn() {
  const { t } = useTranslation();
  const session = use(SessionContext);
  const signOut = useMutation({ mutationFn: api.signOut, onSuccess: leave });
  return (
    <>
      <span className="header-person" title={session?.name} data-testid="signed-in">
        {session?.display_name}
      </span>
      <button
        type="button"
        className="button button-quiet"
        data-testid="sign-out"
        disabled={signOut.isPending}
        onClick={() => signOut.mutate()}
      >
        {t("header.signOut")}
      </button>
    </>
  );
}
