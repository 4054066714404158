// The whole system on clips with faces, watched from all sides: what it sent, answered and wrote.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { CameraConfig } from "../../../config/camera.ts";
import { probeCamera } from "../../../edge/camera/probe.ts";
import { prepareCameras } from "../../demo/cameras.ts";
import { DemoOfficer } from "../../demo/check.ts";
import { signIn } from "../../demo/session.ts";
import { BOX, startDemo } from "../../demo/system.ts";
import { ensureClip, type MediaOptions } from "../../setup/media.ts";
import { filesBelow, rowsOf } from "./artefacts.ts";
import type { Clip } from "./known-faces.ts";
import { type Payload, Recorder } from "./recorder.ts";
import { pino } from "pino";

/** Sample clips with faces that npm alone has, besides the demo's own face camera. */
const SAMPLES = ["face-one", "face-two"];
const FACE_FPS = 5;

export interface Staged {
  /** Cameras whose faces the box read, and what they showed. */
  readonly clips: readonly Clip[];
  /** Everything sent or answered. */
  readonly payloads: readonly Payload[];
  /** Everything written, and the database's rows. */
  files(): Iterable<Payload>;
  readonly rows: readonly Payload[];
  /** Faces of which the box spoke in its live messages, about one message a second and camera. */
  readonly facesSeen: number;
  /** Pictures shown to a viewer, by camera. */
  readonly pictures: ReadonlyMap<string, number>;
  remove(): void;
}

export interface StageOptions extends Required<MediaOptions> {
  readonly seconds: number;
  /** Further clips with faces. */
  readonly clips: readonly string[];
}

/** Runs the demo's cameras and one more for each clip, plays every part of a viewer, and stops it all again. */
export async function stage(options: StageOptions): Promise<Staged> {
  const { cache, progress, signal, seconds } = options;
  // Whatever a part writes to the temporary folder comes to light here. PostgreSQL's account passes through.
  const temporary = mkdtempSync(join(tmpdir(), "ngatu-privacy-"));
  chmodSync(temporary, 0o711);
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = temporary;
  const recorder = new Recorder();
  const clips: Clip[] = [];
  let kept: string | undefined;
  const remove = (): void => {
    for (const folder of [temporary, kept])
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    const system = await startDemo({
      ...{ cache, progress, signal, port: 0 },
      onFirstEvent: () => undefined,
      onDelivery: (body) => recorder.take("delivery", Buffer.from(body)),
      prepareCameras: async (folder, media) => {
        const cameras = await prepareCameras(folder, media);
        clips.push({ name: "face", source: cameras.facesClip, fps: 3, seconds });
        return { ...cameras, files: [...cameras.files, ...(await faceCameras(folder, options, clips))] };
      },
    });
    try {
      recorder.session = await signIn(system.url, system.person);
      await recorder.listen(system.broker.access("server"));
      const cameras = ["traffic", "crowd", ...clips.map(({ name }) => name)];
      recorder.watch(
        system.url,
        cameras.map((name) => `${BOX}/${name}`),
      );
      // The officer confirms what comes, so that forwards go out as well.
      const officer = await DemoOfficer.signIn(system);
      await officer.work(Date.now() + seconds * 1000, signal, { untilEnd: true });
      await recorder.crawl(system.url);
      await recorder.stop();
    } finally {
      kept = await system.stop(true);
    }
    if (kept === undefined) throw new Error("the run's data folder was not kept");
    const data = kept;
    const rows = await rowsOf(join(data, "postgres"), pino({ enabled: false }));
    return {
      clips,
      payloads: recorder.payloads,
      rows,
      files: function* () {
        yield* filesBelow(data);
        yield* filesBelow(temporary);
      },
      facesSeen: recorder.faces,
      pictures: recorder.pictures,
      remove,
    };
  } catch (cause) {
    await recorder.stop();
    remove();
    throw cause;
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
}

/** A camera file for each clip, all of its picture read for faces. */
async function faceCameras(folder: string, options: StageOptions, clips: Clip[]): Promise<string[]> {
  const samples = await Promise.all(SAMPLES.map((name) => ensureClip(name, options)));
  const files: string[] = [];
  for (const source of [...samples, ...options.clips]) {
    const name = `face-${clips.length + 1}`;
    const { width, height } = await probeCamera({ source, seconds: 1 });
    const camera: CameraConfig = {
      camera: name,
      source,
      picture: { width, height },
      analyse_fps: FACE_FPS,
      products: ["face"],
      rules: [{ rule: "watch-list" }],
    };
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, stringify(camera));
    clips.push({ name, source, fps: FACE_FPS, seconds: options.seconds });
    files.push(file);
  }
  return files;
}
