// What the screen reads: one hook per list, and the keys under which the stream changes them.
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { Alert, Box, Camera, Case, Event, Summary } from "../../api/schemas.ts";
import { api } from "./api.ts";

/** Rows kept on the screen. */
export const EVENT_ROWS = 200;
export const CASE_ROWS = 200;
export const ALERT_ROWS = 50;

export const keys = {
  summary: ["summary"],
  events: ["events"],
  cases: ["cases"],
  alerts: ["alerts"],
  boxes: ["boxes"],
  cameras: ["cameras"],
} as const;

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
    queryKey: keys.events,
    queryFn: async ({ signal }) => (await api.events(EVENT_ROWS, signal)).items,
  });
}

/** Everything that waits for a decision, and the newest of the rest; newest first. */
export function useCases(): UseQueryResult<Case[]> {
  return useQuery({
    queryKey: keys.cases,
    queryFn: async ({ signal }) => {
      const [waiting, newest] = await Promise.all([
        api.cases(`state=new&limit=${CASE_ROWS}`, signal),
        api.cases("limit=50", signal),
      ]);
      const byId = new Map([...waiting.items, ...newest.items].map((row) => [row.id, row]));
      return [...byId.values()].sort((a, b) => (a.time < b.time ? 1 : -1));
    },
  });
}

export function useAlerts(): UseQueryResult<Alert[]> {
  return useQuery({
    queryKey: keys.alerts,
    queryFn: async ({ signal }) => (await api.alerts(ALERT_ROWS, signal)).items,
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
