// The cache of what was read from the server; the stream keeps it current, so reads are few.
import { QueryClient } from "@tanstack/react-query";
import { RequestError } from "./problem.ts";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      refetchOnWindowFocus: true,
      // A server on this machine or this network answers without the Internet, by which browsers judge.
      networkMode: "always",
      retry: (failures, error) =>
        failures < 3 && !(error instanceof RequestError && error.problem !== undefined),
    },
    mutations: { networkMode: "always" },
  },
});
