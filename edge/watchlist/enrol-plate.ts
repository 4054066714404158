// Puts a vehicle's plate on the box's watch list.
import { plainText } from "../plate/tally.ts";
import { EnrolError } from "./enrol-error.ts";
import type { EntryRecord } from "./entry.ts";
import { updateGallery } from "./gallery.ts";
import { type EntryRequest, recordOf } from "./record.ts";

export interface PlateRequest extends EntryRequest {
  /** As people write it: `61A-123.45`. */
  readonly plate: string;
}

/** Throws {@link EnrolError}, or GalleryError for the gallery's faults. */
export async function enrolPlate(
  request: PlateRequest,
  place: { readonly galleryFile: string; readonly key: Uint8Array; readonly now?: () => number },
): Promise<EntryRecord> {
  const nowMs = (place.now ?? Date.now)();
  const plate = plainText(request.plate);
  if (plate === undefined || plate.length < 4)
    throw new EnrolError("incomplete", `${request.plate} is no plate: 4 to 12 letters and digits`);
  const entry = { ...recordOf(request, nowMs), plate };
  await updateGallery(place.galleryFile, place.key, nowMs, (entries) => [
    ...entries.filter((each) => each.plate !== plate || each.name !== entry.name),
    { ...entry, templates: [] },
  ]);
  return entry;
}
