// Which model a task runs with: the best one at hand, and a sentence that says why.
import type { Catalogue, ModelEntry, Task } from "./catalogue.ts";

/** What keeps a better model from being chosen. */
export interface PassedOver {
  readonly name: string;
  readonly reason: string;
}

/** Candidates of a task, best first; those of undocumented origin only where the site accepts them. */
export function candidates(
  catalogue: Catalogue,
  task: Task,
  acceptUndocumented: boolean,
): { entries: ModelEntry[]; passedOver: PassedOver[] } {
  const entries: ModelEntry[] = [];
  const passedOver: PassedOver[] = [];
  for (const name of catalogue.preference[task] ?? []) {
    const entry = catalogue.models.find((model) => model.name === name);
    if (entry === undefined) continue;
    if (entry.documented || acceptUndocumented) entries.push(entry);
    else
      passedOver.push({
        name,
        reason: "its origin is undocumented and accept_undocumented_weights isn't set",
      });
  }
  return { entries, passedOver };
}

/** One sentence: what was chosen, and what stood before it. */
export function why(entry: ModelEntry, passedOver: readonly PassedOver[]): string {
  const how = entry.documented ? "" : " (of undocumented origin, accepted here)";
  if (passedOver.length === 0) return `${entry.name}${how} is the preferred model for ${entry.task}`;
  const others = passedOver.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
  return `${entry.name}${how} is the best at hand for ${entry.task}; before it came ${others}`;
}
