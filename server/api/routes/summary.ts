// The figures at the top of the screen.
import { principal } from "../authorize.ts";
import type { Repositories } from "../dependencies.ts";
import { startOfDay } from "../day.ts";
import type { Api } from "../instance.ts";
import { Summary } from "../schemas.ts";
import { countScope } from "../scope.ts";
import type { StreamHub } from "../stream-hub.ts";
import { problems } from "./shape.ts";

export function addSummary(app: Api, { counts }: Pick<Repositories, "counts">, hub: StreamHub): void {
  app.get(
    "/counts/summary",
    {
      config: { needs: "event.read" },
      schema: { summary: "Today's figures", response: { 200: Summary, ...problems } },
    },
    async (request) => {
      const now = new Date();
      const since = startOfDay(now);
      const { eventsByType, casesByState, forwardsByState } = await counts(
        since,
        countScope(principal(request).access),
      );
      return {
        at: now.toISOString(),
        since: since.toISOString(),
        events_by_type: { ...eventsByType },
        cases_by_state: { ...casesByState },
        forwards_by_state: { ...forwardsByState },
        stream: hub.figures,
      };
    },
  );
}
