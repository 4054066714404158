// Finds GStreamer's RTSP server: installed in the system, or unpacked under the cache folder.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../config/cache-folder.ts";

const PYTHON = "/usr/bin/python3";
const ELEMENTS = ["videotestsrc", "openh264enc", "x265enc", "jpegenc", "rtph264pay", "udpsrc", "tsdemux"];
const PROBE = `
import gi, sys
gi.require_version("Gst", "1.0"); gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gst, GstRtspServer
Gst.init(None)
sys.exit(0 if all(Gst.ElementFactory.find(e) for e in sys.argv[1:]) else 1)
`;

/** Python and the environment in which it finds the server; undefined when this machine has none. */
export interface GStreamer {
  readonly python: string;
  readonly env: NodeJS.ProcessEnv;
}

function environments(): NodeJS.ProcessEnv[] {
  const root = join(cacheFolder(), "debian/root/usr/lib");
  const triplet = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
  const lib = join(root, triplet);
  const unpacked = {
    ...process.env,
    LD_LIBRARY_PATH: [lib, join(lib, "blas"), join(lib, "lapack"), join(lib, "pulseaudio")].join(":"),
    GI_TYPELIB_PATH: join(lib, "girepository-1.0"),
    GST_PLUGIN_SYSTEM_PATH: `${join(lib, "gstreamer-1.0")}:/usr/lib/${triplet}/gstreamer-1.0`,
    PYTHONPATH: join(root, "python3/dist-packages"),
  };
  return existsSync(lib) ? [process.env, unpacked] : [process.env];
}

function find(): GStreamer | undefined {
  if (!existsSync(PYTHON)) return undefined;
  for (const env of environments()) {
    try {
      execFileSync(PYTHON, ["-c", PROBE, ...ELEMENTS], { env, stdio: "ignore", timeout: 60_000 });
      return { python: PYTHON, env };
    } catch {
      continue; // this environment lacks something
    }
  }
  return undefined;
}

/** Looked for once per test file. */
export const gstreamer = find();
if (gstreamer === undefined)
  console.error("GStreamer's RTSP server is not on this machine: RTSP tests are skipped");
