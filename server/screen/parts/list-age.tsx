// How current a list is.
import { Age } from "./age.tsx";
import { useListFreshness } from "./use-list-freshness.ts";

/** Longer than the stream's beat. */
const LIST_STALE_MS = 20_000;

export function ListAge({ readAtMs }: { readonly readAtMs: number }) {
  return <Age atMs={useListFreshness(readAtMs)} staleAfterMs={LIST_STALE_MS} />;
}
