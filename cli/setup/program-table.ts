// Which commands ngatu needs, the Debian packages that hold them, and how a working one is told.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DebianFolders } from "./apt.ts";
import { fontsFile, type Wrapper } from "./unpack.ts";

/** A run that tells whether a command works: what it says counts, its exit status does not. */
export interface Probe {
  readonly command: string;
  readonly args: readonly string[];
  readonly says: RegExp;
}

export interface Program {
  readonly commands: readonly string[];
  readonly packages: readonly string[];
  /** What the wrapper of a command runs, and with which variables beside the library path. */
  wrapper(command: string, folders: DebianFolders): Wrapper;
  readonly probe: Probe;
  /** Where the system may have it under other commands than ours. */
  readonly system?: Probe;
}

export type ProgramName = "ffmpeg" | "mosquitto" | "chromium" | "gst-rtsp-python";

const GST_IMPORT = [
  "-c",
  "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer; print('ready')",
];

export const PROGRAMS: Readonly<Record<ProgramName, Program>> = {
  ffmpeg: {
    commands: ["ffmpeg", "ffprobe"],
    packages: ["ffmpeg"],
    wrapper: (command, { root }) => ({ program: join(root, "usr/bin", command), env: {} }),
    probe: { command: "ffmpeg", args: ["-version"], says: /^ffmpeg version /m },
  },
  mosquitto: {
    commands: ["mosquitto", "mosquitto_passwd"],
    packages: ["mosquitto"],
    wrapper: (command, { root }) => ({
      program: join(root, command === "mosquitto" ? "usr/sbin" : "usr/bin", command),
      env: {},
    }),
    probe: { command: "mosquitto", args: ["-h"], says: /^mosquitto version /m },
  },
  chromium: {
    commands: ["chromium"],
    packages: ["chromium", "fonts-dejavu-core"],
    wrapper: (_command, folders) => {
      const fonts = fontsFile(folders);
      return {
        program: join(folders.root, "usr/lib/chromium/chromium"),
        env: fonts === undefined ? {} : { FONTCONFIG_FILE: fonts },
      };
    },
    probe: { command: "chromium", args: ["--version"], says: /^Chromium /m },
  },
  // Python with GStreamer's RTSP server: only the tests' camera runs on it.
  "gst-rtsp-python": {
    commands: ["gst-rtsp-python"],
    packages: [
      "python3",
      "python3-gi",
      "gir1.2-gst-rtsp-server-1.0",
      "gstreamer1.0-plugins-base",
      "gstreamer1.0-plugins-good",
      "gstreamer1.0-plugins-bad",
    ],
    wrapper: (_command, { root }) => {
      const triplet = join(root, "usr/lib", `${ARCH_TRIPLET[process.arch] ?? process.arch}-linux-gnu`);
      return {
        program: existsSync("/usr/bin/python3") ? "/usr/bin/python3" : join(root, "usr/bin/python3"),
        env: {
          PYTHONPATH: join(root, "usr/lib/python3/dist-packages"),
          GI_TYPELIB_PATH: join(triplet, "girepository-1.0"),
          GST_PLUGIN_SYSTEM_PATH: join(triplet, "gstreamer-1.0"),
          GST_PLUGIN_SCANNER: join(triplet, "gstreamer1.0/gstreamer-1.0/gst-plugin-scanner"),
        },
      };
    },
    probe: { command: "gst-rtsp-python", args: GST_IMPORT, says: /^ready/m },
    system: { command: "python3", args: GST_IMPORT, says: /^ready/m },
  },
};

const ARCH_TRIPLET: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64" };
