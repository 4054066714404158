// The screen in a real browser over a real server, database and receiver: counts move, a person decides, a case goes on.
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Envelope } from "../../contract/event.ts";
import { uploadId } from "../../contract/evidence.ts";
import type { Live } from "../../contract/messages.ts";
import { Arrivals } from "../../server/evidence/arrivals.ts";
import { Vault } from "../../server/evidence/vault.ts";
import { Forwarder } from "../../server/forward/forwarder.ts";
import { type IocSink, startIocSink } from "../ioc-sink/ioc-sink.ts";
import { startApi, type TestApi } from "../server/api/start-api.ts";
import { BOX, exampleEvent, exampleStatus, store } from "../server/example.ts";
import { EVERY_CASE } from "../../server/store/scope.ts";
import { OFFICER } from "../server/people.ts";
import { quiet, temporaryFolder } from "../server/temporary.ts";
import { cookieOf, findChromium, launch, listenForFaults } from "./browser.ts";
import { buildScreen } from "./build-screen.ts";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

const program = findChromium();
if (program === undefined)
  console.log("no chromium here: the screen's journey is skipped (set NGATU_CHROMIUM)");

describe.skipIf(program === undefined)("the screen", () => {
  const folder = temporaryFolder();
  const vault = new Vault(join(folder.path, "evidence"));
  let api: TestApi;
  let sink: IocSink;
  let browser: Browser;
  /** What ends each part, in the order of starting. */
  const ends: (() => Promise<void>)[] = [];
  let address: string;
  let picture: string;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    if (program === undefined) return;
    const screenFolder = join(folder.path, "screen");
    buildScreen(screenFolder);
    api = await startApi({ screenFolder, evidencePath: (sha256) => vault.path(sha256) });
    ends.push(() => api.close());
    address = await api.app.listen({ host: "127.0.0.1", port: 0 });
    sink = await startIocSink({ secret: SECRET });
    ends.push(() => sink.stop());
    const destination = {
      name: "ioc",
      url: sink.url,
      secret: () => SECRET,
      kinds: ["traffic-case" as const],
      timeoutMs: 5000,
    };
    const { forwards, cases } = api.repositories;
    const forwarder = new Forwarder({ destination, forwards, cases, feed: api.feed, log: quiet });
    forwarder.start();
    ends.push(() => forwarder.stop());
    const pixels = { create: { width: 320, height: 180, channels: 3 as const, background: "#456" } };
    picture = (await sharp(pixels).jpeg().toBuffer()).toString("base64");
    const box = await api.repositories.boxes.save(BOX, exampleStatus);
    if (box !== undefined) api.feed.emit({ kind: "box", box });
    browser = await launch(program);
    ends.push(() => browser.close());
  });

  afterAll(async () => {
    for (const end of ends.reverse()) await end();
    folder.remove();
  });

  beforeEach(async () => {
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, colorScheme: "dark" });
    await context.addCookies([cookieOf(api.everybody, address)]);
    page = await context.newPage();
    page.setDefaultTimeout(45_000);
    faults = listenForFaults(page, address);
    await page.goto(address);
    await page.locator('[data-testid="connection-state"][data-state="live"]').waitFor();
  });

  afterEach(async () => {
    await page.context().close();
  });

  function emitLive(persons: number): void {
    const live: Live = {
      ...{
        camera: "quang-truong",
        at: new Date().toISOString(),
        picture: { width: 1280, height: 720 },
        fps: 5,
      },
      dropped: 0,
      boxes: [{ id: 3, class: "person", box: [100, 100, 180, 300] }],
      zones: [{ zone: "plaza", persons, capacity: 10 }],
      counts: [{ line: "gate", class: "person", direction: "forward", total: persons * 2 }],
      preview: picture,
    };
    api.feed.emit({ kind: "live", box: BOX, live });
  }

  const wrongWay = (): Envelope =>
    exampleEvent("vn.ngatu.traffic.case.v1", "nga-tu", {
      rule: "wrong-way",
      lane: "north-1",
      track: { id: 4, class: "motorcycle" },
      plate: { text: "61B112345", display: "61B1-123.45", confidence: 0.97 },
      still: picture,
    });

  const rowOf = (event: Envelope) => page.locator(`[data-testid="case-row"][data-case="${event.id}"]`);
  const count = (camera: string) => page.locator(`[data-camera="${camera}"] [data-testid="live-count"]`);

  test("live counts move, the picture comes with its boxes, and figures that stop coming are marked as old", async () => {
    // Pictures begin once the page has said which cameras it shows.
    await expect.poll(() => api.watched).toContain(`${BOX}/quang-truong`);
    emitLive(4);
    await expect.poll(() => count("quang-truong").getAttribute("data-persons")).toBe("4");
    emitLive(12);
    await expect.poll(() => count("quang-truong").getAttribute("data-persons")).toBe("12");
    const camera = page.locator('[data-camera="quang-truong"]');
    expect(await camera.textContent()).toContain("vượt sức chứa");
    expect(await camera.locator("img").getAttribute("src")).toContain("data:image/jpeg;base64,");
    expect(await camera.locator("svg rect").count()).toBe(1);
    await expect.poll(() => camera.getAttribute("data-stale"), { timeout: 15_000 }).toBe("true");
    expect(await camera.locator("svg rect").count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test("a case says that its evidence is on its way, and shows it as soon as it is there", async () => {
    const content = Buffer.from(picture, "base64");
    const sha256 = createHash("sha256").update(content).digest("hex");
    const event = exampleEvent("vn.ngatu.traffic.case.v1", "nga-tu", {
      rule: "wrong-way",
      evidence: [{ name: "still-at.jpg", media_type: "image/jpeg", bytes: content.length, sha256 }],
    });
    await store(api.db, [event], api.feed);
    const row = rowOf(event);
    await row.getByText("Bằng chứng đang được gửi về").waitFor();
    await mkdir(join(vault.path(sha256), ".."), { recursive: true });
    await writeFile(vault.path(sha256), content);
    const arrivals = new Arrivals({ db: api.db, vault, cases: api.repositories.cases, feed: api.feed });
    expect(await arrivals.isHere(uploadId(BOX, sha256), content.length)).toBe(true);
    await row.locator("img").waitFor();
    expect(faults).toEqual([]);
  });

  test("a case that a person confirms with a click is forwarded, and the screen says so", async () => {
    const event = wrongWay();
    await store(api.db, [event], api.feed);
    const row = rowOf(event);
    await row.getByText("61B1-123.45").waitFor();
    const still = row.locator("img");
    const width = still.evaluate(async (element: unknown) => {
      const image = element as { decode(): Promise<void>; readonly naturalWidth: number };
      await image.decode();
      return image.naturalWidth;
    });
    expect(await width).toBe(320);
    expect(sink.ids.has(event.id)).toBe(false);
    await row.getByTestId("case-confirm").click();
    await row.locator('[data-testid="case-state"][data-state="forwarded"]').waitFor();
    expect(sink.ids.has(event.id)).toBe(true);
    expect(await row.getByTestId("case-confirm").count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test("a case is rejected by keyboard alone, with a reason, and goes nowhere", async () => {
    const event = wrongWay();
    await store(api.db, [event], api.feed);
    const row = rowOf(event);
    await row.getByTestId("case-reject").focus();
    await page.keyboard.press("Enter");
    const send = row.getByTestId("case-reject-send");
    expect(await send.isDisabled()).toBe(true);
    await page.keyboard.type("Xe cứu thương đang làm nhiệm vụ");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await row.locator('[data-testid="case-state"][data-state="rejected"]').waitFor();
    expect(await row.textContent()).toContain("Xe cứu thương đang làm nhiệm vụ");
    expect(sink.ids.has(event.id)).toBe(false);
    expect(faults).toEqual([]);
  });

  test("a decision that comes too late says so in the reader's language", async () => {
    const event = wrongWay();
    await store(api.db, [event], api.feed);
    await rowOf(event).getByTestId("case-confirm").waitFor();
    await api.repositories.cases.decide(
      event.id,
      { decision: "reject", reason: "khác", by: OFFICER },
      EVERY_CASE,
    );
    await rowOf(event).getByTestId("case-confirm").click();
    await rowOf(event).locator('[data-testid="case-state"][data-state="rejected"]').waitFor();
    expect(faults).toEqual([expect.stringContaining("409")]);
  });

  test("events and crowd alerts appear as they come; an alert closes in its place", async () => {
    const alert = (state: string): Envelope =>
      exampleEvent(
        "vn.ngatu.crowd.alert.v1",
        "quang-truong",
        { rule: "crowd-over", zone: "plaza", state, persons: 12 },
        { subject: "quang-truong/plaza" },
      );
    const rows = page.locator('[data-testid="event-row"][data-type="vn.ngatu.crowd.alert.v1"]');
    await store(api.db, [alert("opened")], api.feed);
    await page.locator('[data-testid="alert-state"][data-state="open"]').waitFor();
    await expect.poll(() => rows.count()).toBe(1);
    await store(api.db, [alert("closed")], api.feed);
    await page.locator('[data-testid="alert-state"][data-state="closed"]').waitFor();
    await expect.poll(() => rows.count()).toBe(2);
    expect(await page.locator('[data-testid="alert-state"][data-state="open"]').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test("a lost connection is said, comes back by itself, and shows what happened meanwhile", async () => {
    const event = wrongWay();
    await page.route("**/api/v1/stream*", (route) => route.abort());
    api.app.server.closeAllConnections();
    await page.getByTestId("lost-banner").waitFor();
    // Stored while nobody here could hear of it.
    await store(api.db, [event]);
    await page.unroute("**/api/v1/stream*");
    await page.locator('[data-testid="connection-state"][data-state="live"]').waitFor();
    await rowOf(event).waitFor();
    expect(await page.getByTestId("lost-banner").count()).toBe(0);
    expect(faults.filter((fault) => !fault.includes("net::ERR"))).toEqual([]);
  });

  test("the reader's language and theme are kept", async () => {
    await page.getByTestId("language-switch").click();
    await page.getByRole("heading", { name: "Cameras" }).waitFor();
    await page.getByTestId("theme-switch").click();
    await page.reload();
    await page.getByRole("heading", { name: "Cameras" }).waitFor();
    expect(await page.locator("html").getAttribute("data-theme")).toBe("light");
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    expect(await page.getByTestId("signed-in").textContent()).toBe("everybody");
    expect(faults).toEqual([]);
  });

  test("it meets WCAG 2.2 AA by axe's rules, in both themes, also while a reason is asked for", async () => {
    emitLive(12);
    await store(api.db, [wrongWay()], api.feed);
    await page.getByTestId("case-reject").first().click();
    for (const theme of ["dark", "light"]) {
      await page.locator(`html[data-theme="${theme}"]`).waitFor();
      const { violations } = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
        .analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.target)])).toEqual([]);
      await page.getByTestId("theme-switch").click();
    }
  });

  test("a box that goes offline is seen, and so are its cameras", async () => {
    const saved = await api.repositories.boxes.save(BOX, { ...exampleStatus, online: false });
    if (saved !== undefined) api.feed.emit({ kind: "box", box: saved });
    await page.locator('[data-testid="box-state"][data-state="offline"]').waitFor();
    await expect
      .poll(() => page.locator('[data-testid="camera-state"][data-state="offline"]').count())
      .toBe(exampleStatus.cameras.length);
    const back = await api.repositories.boxes.save(BOX, exampleStatus);
    if (back !== undefined) api.feed.emit({ kind: "box", box: back });
    await page.locator('[data-testid="box-state"][data-state="online"]').waitFor();
    expect(faults).toEqual([]);
  });
});
