// Where what is fetched lives (programs, models, sample media), and the mirrors searched before any network.
import { homedir } from "node:os";
import { join } from "node:path";

/** `NGATU_CACHE`, else /var/cache/ngatu for root, else the user's own cache folder. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const configured = env["NGATU_CACHE"];
  if (configured !== undefined && configured !== "") return configured;
  if (process.getuid?.() === 0) return "/var/cache/ngatu";
  const xdg = env["XDG_CACHE_HOME"];
  return join(xdg !== undefined && xdg !== "" ? xdg : join(homedir(), ".cache"), "ngatu");
}

/** Folders of `NGATU_MIRROR=DIR[:DIR]`, searched first for models and media. */
export function mirrorFolders(env: NodeJS.ProcessEnv = process.env): string[] {
  return (env["NGATU_MIRROR"] ?? "").split(":").filter((folder) => folder !== "");
}
