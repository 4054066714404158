// The whole demo with a person at the screen, while its box and its broker are killed: nothing is lost, nothing doubled.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EventPage } from "../../server/api/schemas.ts";
import { findChromium, launch, listenForFaults } from "./browser.ts";

const root = join(import.meta.dirname, "../..");
const START_MS = 180_000;
const SEEN_MS = 150_000;

const program = findChromium();
if (program === undefined)
  console.log("no chromium here: the demo's journey is skipped (set NGATU_CHROMIUM)");

describe.skipIf(program === undefined)("the demo", () => {
  let demo: ChildProcess;
  let url: string;
  let browser: Browser;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    if (program === undefined) return;
    demo = spawn(process.execPath, [join(root, "dist/cli/main.js"), "demo"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const link = await linkOf(demo);
    url = new URL(link).origin;
    browser = await launch(program);
    page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
    page.setDefaultTimeout(SEEN_MS);
    faults = listenForFaults(page, url);
    await page.goto(link);
    await page.getByTestId("signed-in").waitFor();
  }, START_MS);

  afterAll(async () => {
    if (program === undefined) return;
    await browser.close();
    if (demo.exitCode === null) {
      demo.kill("SIGKILL");
      await once(demo, "exit");
    }
  });

  test("counts move while somebody looks", { timeout: SEEN_MS }, async () => {
    const count = page.locator('[data-testid="live-count"]').first();
    await count.waitFor();
    const seen = new Set<string | null>();
    while (seen.size < 2) {
      seen.add(await count.getAttribute("data-persons"));
      await delay(250);
    }
    expect([...seen].every((persons) => Number(persons) >= 0)).toBe(true);
  });

  test("a confirmed case is forwarded", { timeout: SEEN_MS }, async () => {
    const row = page.locator('[data-testid="case-row"][data-kind="traffic"]').first();
    await row.waitFor();
    const id = await row.getAttribute("data-case");
    await row.locator('[data-testid="case-confirm"]').click();
    await page
      .locator(`[data-case="${id ?? ""}"] [data-testid="case-state"][data-state="forwarded"]`)
      .waitFor();
  });

  test("box and broker are killed, and every event is stored once, in an order without gaps", {
    timeout: 2 * SEEN_MS,
  }, async () => {
    for (const victim of ["main.js edge", "mosquitto"]) {
      const before = (await storedEvents(page, url)).length;
      const killed = childOf(demo, victim);
      process.kill(killed, "SIGKILL");
      await until(() => Promise.resolve(![0, killed].includes(childOf(demo, victim))));
      await until(async () => (await storedEvents(page, url)).length > before);
    }
    await page.locator('[data-testid="box-state"][data-state="online"]').waitFor();
    const sequences = (await storedEvents(page, url)).map(({ sequence }) => sequence).sort((a, b) => a - b);
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
  });

  test("Ctrl-C ends everything that it started, and the page had nothing to complain of", {
    timeout: 60_000,
  }, async () => {
    const children = childrenOf(demo);
    expect(children.length).toBeGreaterThanOrEqual(3);
    // What the page says of a broken connection is the kill's doing, not a fault: it is looked at before.
    expect(faults).toEqual([]);
    demo.kill("SIGINT");
    await once(demo, "exit");
    expect(children.filter(lives)).toEqual([]);
  });
});

/** The link that signs in, as the demo prints it. Rejects with what it said when it ends instead. */
async function linkOf(demo: ChildProcess): Promise<string> {
  const said: string[] = [];
  if (demo.stderr === null) throw new Error("the demo's standard error is not read");
  for await (const line of createInterface({ input: demo.stderr })) {
    said.push(line);
    const address = /http:\/\/127\.0\.0\.1:\d+\/#ticket=\S+/.exec(line)?.[0];
    if (address !== undefined) {
      demo.stderr.resume();
      return address;
    }
  }
  throw new Error(`the demo ended: ${said.join("\n")}`);
}

async function storedEvents(page: Page, url: string): Promise<EventPage["items"]> {
  const items: EventPage["items"] = [];
  let before: string | undefined;
  do {
    const mark = before === undefined ? "" : `&before=${encodeURIComponent(before)}`;
    // As the browser that is signed in.
    const response = await page.request.get(`${url}/api/v1/events?limit=200${mark}`);
    const list = (await response.json()) as EventPage;
    items.push(...list.items);
    before = list.next;
  } while (before !== undefined);
  return items;
}

function childrenOf(demo: ChildProcess): number[] {
  const pid = String(demo.pid);
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(/\s+/).map(Number);
}

/** The child whose command line holds this text, or 0 while there is none. */
function childOf(demo: ChildProcess, text: string): number {
  return childrenOf(demo).find((pid) => commandOf(pid).includes(text)) ?? 0;
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return ""; // it has ended since
  }
}

function lives(pid: number): boolean {
  const command = commandOf(pid);
  return command !== "";
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(200);
}
