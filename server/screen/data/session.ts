// Who is signed in to this page, and what they may do; nothing is shown before that is known.
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { createContext, use } from "react";
import type { Session } from "../../api/people-schemas.ts";
import { api } from "./api.ts";
import { queryClient } from "./query-client.ts";
import { RequestError } from "./problem.ts";

export type Permission = Session["permissions"][number];

const KEY = ["session"] as const;
/** Where a link that the terminal showed carries its ticket: behind #, which no browser sends anywhere. */
const TICKET = /^#ticket=([\w-]{20,100})$/;

/** `null`: nobody is signed in. */
export function useSession(): UseQueryResult<Session | null> {
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      const ticket = TICKET.exec(window.location.hash)?.[1];
      if (ticket !== undefined) {
        // Used or not, it is of no use to whoever reads the address bar later.
        window.history.replaceState(null, "", window.location.pathname);
        const session = await api.redeem(ticket).catch(refused);
        if (session !== null) return session;
      }
      return api.session(signal).catch(refused);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function refused(error: unknown): null {
  if (error instanceof RequestError && error.problem?.status === 401) return null;
  throw error;
}

export function setSession(session: Session): void {
  queryClient.setQueryData(KEY, session);
}

/** The session is over: the page begins anew, so that nothing of what was seen is left for the next one. */
export function leave(): void {
  window.location.reload();
}

export const SessionContext = createContext<Session | undefined>(undefined);

/** Whether who is signed in may do this at one site at least. */
export function useMay(...anyOf: readonly Permission[]): boolean {
  const session = use(SessionContext);
  return anyOf.some((permission) => session?.permissions.includes(permission) === true);
}
