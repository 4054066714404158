// The demo's three cameras: sample clips on this disk, and a camera file for each with the clip's path filled in.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseDocument } from "yaml";
import { SourceError } from "../../models/source.ts";
import { ensureClip, type MediaOptions } from "../setup/media.ts";
import { ensureFacesClip, type FaceClips } from "./faces.ts";

/**
 * Example file, clip, and what a person must know who watches; best first. The last one needs npm and Debian only.
 * Intel's car-detection.mp4 is not among them: seen from above, its cars are cell phones to every detector we have.
 */
const TRAFFIC = [
  {
    scene: "traffic-junction",
    clip: "junction",
    note: "traffic: nobody in this clip breaks a rule; one lane is declared against the traffic, so that cases appear",
  },
  {
    scene: "traffic-footpath",
    clip: "pedestrians",
    note: "traffic: no traffic video can be had here (only a mirror has one); people on a path that is declared one-way stand in for vehicles",
  },
] as const;

export interface DemoCameras {
  readonly files: readonly string[];
  readonly faces: FaceClips;
  /** What the face camera shows: the two clips joined. */
  readonly facesClip: string;
  /** What the demo declares and a viewer has to know. */
  readonly notes: readonly string[];
}

/** Fetches the clips and writes the camera files into `folder`. */
export async function prepareCameras(folder: string, options: MediaOptions): Promise<DemoCameras> {
  const traffic = await chooseTraffic(options);
  const crowd = await ensureClip("pedestrians", options);
  const faces: FaceClips = {
    enrolled: await ensureClip("face-one", options),
    stranger: await ensureClip("face-two", options),
  };
  const facesClip = await ensureFacesClip(faces, options);
  mkdirSync(folder, { recursive: true });
  return {
    files: [
      writeCamera(folder, traffic.scene, traffic.path),
      writeCamera(folder, "crowd", crowd),
      writeCamera(folder, "face", facesClip),
    ],
    faces,
    facesClip,
    notes: [traffic.note],
  };
}

async function chooseTraffic(options: MediaOptions): Promise<{ scene: string; path: string; note: string }> {
  for (const { scene, clip, note } of TRAFFIC) {
    try {
      return { scene, note, path: await ensureClip(clip, options) };
    } catch (cause) {
      if (!(cause instanceof SourceError)) throw cause; // not to be had here: the next clip
    }
  }
  throw new SourceError("traffic video", [{ source: "all sample clips", reason: "none can be had" }]);
}

function writeCamera(folder: string, scene: string, clip: string): string {
  const example = fileURLToPath(new URL(`../../config/examples/demo/${scene}.yaml`, import.meta.url));
  const document = parseDocument(readFileSync(example, "utf8"));
  document.set("source", clip);
  const file = join(folder, `${scene}.yaml`);
  writeFileSync(file, String(document));
  return file;
}
