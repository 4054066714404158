// What the screen reads: one hook per list; the stream keeps the lists current.
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { Alert, Box, Camera, Case, Event, Summary } from "../../api/schemas.ts";
import { api } from "./api.ts";
import { KeptList } from "./kept-list.ts";

export const eventList = new KeptList<Event>({ key: "events", order: (row) => row.time, limit: 200 });
export const caseList = new KeptList<Case>({ key: "cases", order: (row) => row.time, limit: 250 });
export const alertList = new KeptList<Alert>({ key: "alerts", order: (row) => row.changed_at, limit: 50 });
export const keys = { summary: ["summary"], boxes: ["boxes"], cameras: ["cameras"] } as const;

const SUMMARY_EVERY_MS = 5_000;

export function useSummary(): UseQueryResult<Summary> {
  return useQuery({
    queryKey: keys.summary,
    queryFn: ({ signal }) => api.summary(signal),
    refetchInterval: SUMMARY_EVERY_MS,
  });
}

export function useEvents(): UseQueryResult<Event[]> {
  return useQuery({
    queryKey: eventList.queryKey,
    queryFn: ({ signal }) => eventList.read(async () => (await api.events(eventList.limit, signal)).items),
  });
}

/** Everything that waits for a decision, and the newest of the rest. */
export function useCases(): UseQueryResult<Case[]> {
  return useQuery({
    queryKey: caseList.queryKey,
    queryFn: ({ signal }) =>
      caseList.read(async () => {
        const pages = await Promise.all(
          ["state=new&limit=200", "state=in-review&limit=50", "limit=50"].map((query) =>
            api.cases(query, signal),
          ),
        );
        return [...new Map(pages.flatMap(({ items }) => items).map((row) => [row.id, row])).values()];
      }),
  });
}

export function useAlerts(): UseQueryResult<Alert[]> {
  return useQuery({
    queryKey: alertList.queryKey,
    queryFn: ({ signal }) => alertList.read(async () => (await api.alerts(alertList.limit, signal)).items),
  });
}

export function useBoxes(): UseQueryResult<Box[]> {
  return useQuery({ queryKey: keys.boxes, queryFn: async ({ signal }) => (await api.boxes(signal)).items });
}

export function useCameras(): UseQueryResult<Camera[]> {
  return useQuery({
    queryKey: keys.cameras,
    queryFn: async ({ signal }) => (await api.cameras(signal)).items,
  });
}
