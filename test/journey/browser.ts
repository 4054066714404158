// A real, headless Chromium for tests, wherever this machine has one.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import type { Signed } from "../server/people.ts";
import { cacheFolder } from "../../config/cache-folder.ts";

export interface Chromium {
  readonly executablePath: string;
  readonly env: Record<string, string>;
}

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** NGATU_CHROMIUM, then `chromium` in PATH, then the one unpacked in the cache folder; undefined where none is. */
export function findChromium(): Chromium | undefined {
  const configured = process.env["NGATU_CHROMIUM"];
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), join(cacheFolder(), "bin")];
  const candidates =
    configured === undefined ? folders.map((folder) => join(folder, "chromium")) : [configured];
  const executablePath = candidates.find(isProgram);
  if (executablePath !== undefined) return { executablePath, env: {} };
  const root = join(cacheFolder(), "debian/root/usr/lib");
  const unpacked = join(root, "chromium/chromium");
  const libraries = join(root, `${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`);
  if (!isProgram(unpacked)) return undefined;
  return {
    executablePath: unpacked,
    env: { LD_LIBRARY_PATH: [libraries, join(libraries, "pulseaudio")].join(delimiter) },
  };
}

export async function launch({ executablePath, env }: Chromium): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: FLAGS,
    env: { ...(process.env as Record<string, string>), ...env },
  });
}

/** Everything the page complains of, and everything it asks of anybody but `origin`. */
export function listenForFaults(page: Page, origin: string): string[] {
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith("data:") && !url.startsWith("blob:"))
      faults.push(`asked ${url}`);
  });
  return faults;
}

/** The cookie of somebody's session, for a context's `addCookies`. */
export function cookieOf({ headers }: Signed, url: string): { name: string; value: string; url: string } {
  const [name = "", value = ""] = (headers["cookie"] ?? "").split("=");
  return { name, value, url };
}
