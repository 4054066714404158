// Sends one of the forms before the page, and says in the reader's language why it was refused.
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Session } from "../../api/people-schemas.ts";
import { RequestError } from "./problem.ts";
import { setSession } from "./session.ts";

interface Gate<T> {
  readonly busy: boolean;
  readonly fault: string | undefined;
  /** Last part of the refusal's type, such as `code-required`. */
  readonly problem: string | undefined;
  send(value: T): void;
}

/** What comes back is the session from now on. */
export function useGate<T>(ask: (value: T) => Promise<Session>): Gate<T> {
  const { t } = useTranslation();
  const { mutate, isPending, error } = useMutation({ mutationFn: ask, onSuccess: setSession });
  const problem = error instanceof RequestError ? error.problem : undefined;
  const words =
    problem?.errors?.map(({ detail }) => detail).join("; ") ?? problem?.title ?? t("state.network");
  return {
    busy: isPending,
    fault: error === null ? undefined : t("signIn.failed", { problem: words }),
    problem: problem?.type.split(":").at(-1),
    send: (value) => mutate(value),
  };
}
