// Gives traffic cases their picture: as a file that is uploaded after them, or in the event where there is no room or no upload.
import type { EvidenceFile } from "../../contract/evidence.ts";
import type { PipelineEvent } from "../event/event-draft.ts";
import type { EvidenceStore } from "./evidence-store.ts";

const CASE = "vn.ngatu.traffic.case.v1";
const NAME = "still-at.jpg";

export function isCase({ draft }: PipelineEvent): boolean {
  return draft.type === CASE;
}

/**
 * The events with `still`, a JPEG in base64 with heads hidden, in each case among them. A file is on disk before this
 * resolves, so that no event names what a kill could lose.
 */
export async function withStill(
  events: readonly PipelineEvent[],
  still: string,
  store: EvidenceStore | undefined,
): Promise<readonly PipelineEvent[]> {
  const content = Buffer.from(still, "base64");
  const held = await store?.keep(content);
  const more = held === undefined ? { still } : { evidence: [fileOf(held.sha256, content.length)] };
  return events.map((event) =>
    isCase(event) ? { ...event, draft: { ...event.draft, data: { ...event.draft.data, ...more } } } : event,
  );
}

function fileOf(sha256: string, bytes: number): EvidenceFile {
  return { name: NAME, media_type: "image/jpeg", bytes, sha256 };
}
