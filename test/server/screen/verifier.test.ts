// The page that checks evidence, opened from a file in a real browser that has no network: the same verdicts as the command's.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createWorld,
  keyFileOf,
  sampleChain,
  type SampleChain,
} from "../../../cli/bench/evidence/sample-chain.ts";
import { writeArchive, writeFolders } from "../../../cli/bench/evidence/write-chain.ts";
import { findChromium, launch, listenForFaults } from "../../journey/browser.ts";
import { createRandom } from "../../scenario/random.ts";

const chromium = findChromium();
const root = mkdtempSync(join(tmpdir(), "ngatu-verifier-"));
const repository = join(import.meta.dirname, "../../..");
const page = join(root, "page", "verify.html");
let browser: Browser | undefined;
let chain: SampleChain;

beforeAll(async () => {
  if (chromium === undefined) return;
  const vite = join(repository, "node_modules/vite/bin/vite.js");
  execFileSync(process.execPath, [vite, "build", "server/screen/verifier", "--outDir", join(root, "page")], {
    cwd: repository,
    stdio: "pipe",
  });
  const world = await createWorld();
  chain = await sampleChain(world, createRandom("page"), { packages: 3, clipBytes: 40_000 });
  const packages = new Map(chain.packages.map((files, index) => [`case-${index + 1}`, files]));
  const beside = new Map(chain.head.map(({ name, bytes }) => [name, bytes]));
  await writeFolders(join(root, "chain"), { packages, beside });
  await writeArchive(join(root, "chain.tar"), { packages, beside });
  const from = "2026-01-01T00:00:00.000Z";
  writeFileSync(
    join(root, "keys.json"),
    keyFileOf([
      { ...world.box.signer, owner: "box", name: "hop-so-1", from },
      { ...world.server.signer, owner: "server", name: "may-chu-1", from },
    ]),
  );
  browser = await launch(chromium);
});
afterAll(async () => {
  await browser?.close();
  rmSync(root, { recursive: true, force: true });
});

async function open(init?: string): Promise<{ page: Page; faults: string[] }> {
  const context = await browser?.newContext({ offline: true });
  if (context === undefined) throw new Error("no browser");
  const opened = await context.newPage();
  if (init !== undefined) await opened.addInitScript(init);
  const faults = listenForFaults(opened, "file://");
  await opened.goto(pathToFileURL(page).href);
  return { page: opened, faults };
}

async function verdict(opened: Page): Promise<{ ok: string | null; text: string }> {
  const box = opened.locator("#verdict[data-ok]");
  await box.waitFor();
  return { ok: await box.getAttribute("data-ok"), text: (await box.textContent()) ?? "" };
}

describe.skipIf(chromium === undefined)("the page", () => {
  test("is one file that names nothing outside itself", () => {
    const html = readFileSync(page, "utf8");
    expect(html).not.toMatch(/(src|href)=["'](?!data:)/);
    expect(html.length).toBeLessThan(400_000);
  });

  test("finds that a folder and an archive of a chain hold, with the keys that are trusted", async () => {
    for (const [id, path] of [
      ["#folder", "chain"],
      ["#archive", "chain.tar"],
    ] as const) {
      const { page: opened, faults } = await open();
      await opened.setInputFiles("#keys", join(root, "keys.json"));
      await opened.setInputFiles(id, join(root, path));
      expect(await verdict(opened)).toMatchObject({
        ok: "true",
        text: expect.stringContaining("HOLDS") as string,
      });
      expect(await opened.locator("#facts").textContent()).toContain("Đại lộ Bình Dương");
      expect(faults).toEqual([]);
      await opened.context().close();
    }
  });

  test("names the file and the link that fail, and says when the key is nobody's", async () => {
    const altered = join(root, "altered");
    mkdirSync(altered);
    for (const [name, bytes] of chain.packages[0] ?? []) writeFileSync(join(altered, name), bytes);
    writeFileSync(join(altered, "clip.mp4"), "another film");
    const { page: opened } = await open();
    await opened.setInputFiles("#folder", altered);
    expect(await verdict(opened)).toMatchObject({
      ok: "false",
      text: expect.stringContaining("clip.mp4") as string,
    });

    const packages = new Map(
      [1, 2].map((index) => [`case-${index + 1}`, chain.packages[index] ?? new Map<string, never>()]),
    );
    const beside = new Map(chain.head.map(({ name, bytes }) => [name, bytes]));
    await writeArchive(join(root, "dropped.tar"), { packages, beside });
    await opened.setInputFiles("#archive", join(root, "dropped.tar"));
    await opened.locator("#verdict", { hasText: "link 1 is missing" }).waitFor();

    writeFileSync(join(root, "strangers.json"), keyFileOf([]).replace("[]", JSON.stringify([{}])));
    await opened.setInputFiles("#keys", join(root, "strangers.json"));
    await opened.locator("#verdict", { hasText: "strangers.json" }).waitFor();
    await opened.context().close();
  });

  test("checks signatures where the browser has no Ed25519 of its own, and just as strictly", async () => {
    const without = `for (const name of ["importKey", "verify"]) {
      const own = SubtleCrypto.prototype[name];
      SubtleCrypto.prototype[name] = function (...all) {
        if (all.some((one) => one?.name === "Ed25519")) return Promise.reject(new DOMException("no", "NotSupportedError"));
        return own.apply(this, all);
      };
    }`;
    const { page: opened } = await open(without);
    await opened.setInputFiles("#archive", join(root, "chain.tar"));
    expect(await verdict(opened)).toMatchObject({ ok: "true" });
    const [first] = chain.packages;
    const signature = Uint8Array.from(first?.get("manifest.sig") ?? []);
    signature[5] = (signature[5] ?? 0) ^ 1;
    const packages = new Map([["case-1", new Map(first).set("manifest.sig", signature)]]);
    await writeArchive(join(root, "unsigned.tar"), { packages, beside: new Map() });
    await opened.setInputFiles("#archive", join(root, "unsigned.tar"));
    await opened.locator("#verdict", { hasText: "manifest.sig" }).waitFor();
    await opened.context().close();
  });
});
