// People at the screen in a real browser: in by password or link, out again, and no more of the page than their roles show.
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SERVER } from "../../server/store/audit-chain.ts";
import type { StoredGrant } from "../../server/store/people-repository.ts";
import { startApi, type TestApi } from "../server/api/start-api.ts";
import { exampleEvent, store } from "../server/example.ts";
import { everywhere, signIn } from "../server/people.ts";
import { temporaryFolder } from "../server/temporary.ts";
import { cookieOf, findChromium, launch } from "./browser.ts";
import { buildScreen } from "./build-screen.ts";

const program = findChromium();
if (program === undefined) console.log("no chromium here: people's journey is skipped (set NGATU_CHROMIUM)");

describe.skipIf(program === undefined)("people at the screen", () => {
  const folder = temporaryFolder();
  let api: TestApi;
  let browser: Browser;
  let address: string;

  beforeAll(async () => {
    if (program === undefined) return;
    const screenFolder = join(folder.path, "screen");
    buildScreen(screenFolder);
    api = await startApi({ screenFolder });
    address = await api.app.listen({ host: "127.0.0.1", port: 0 });
    browser = await launch(program);
  });

  afterAll(async () => {
    if (program === undefined) return;
    await browser.close();
    await api.close();
    folder.remove();
  });

  /** The page as somebody with these roles sees it. */
  async function pageOf(grants: readonly StoredGrant[]): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
    await context.addCookies([cookieOf(await signIn(api.repositories, grants), address)]);
    const opened = await context.newPage();
    opened.setDefaultTimeout(45_000);
    await opened.goto(address);
    return opened;
  }

  test("somebody signs in with a one-time password, must choose their own, signs out, and is somebody else's page no more", async () => {
    const oneTime = "one-time-password-1";
    const created = await api.repositories.people.create(
      {
        name: "nguyen.a",
        displayName: "Nguyễn A",
        grants: everywhere("traffic-officer"),
        passwordHash: await api.desk.passwords.hash(oneTime),
        passwordDueBy: new Date(Date.now() + 3_600_000),
      },
      SERVER,
    );
    expect(created).toMatchObject({ name: "nguyen.a" });
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
    const visitor = await context.newPage();
    visitor.setDefaultTimeout(45_000);
    await visitor.goto(address);
    await visitor.getByTestId("sign-in-name").fill("nguyen.a");
    await visitor.getByTestId("sign-in-password").fill("something else");
    await visitor.getByTestId("gate-send").click();
    await visitor.getByText("Tên, mật khẩu hoặc mã xác thực không đúng").waitFor();
    const { violations } = await new AxeBuilder({ page: visitor }).withTags(["wcag2a", "wcag2aa"]).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    await visitor.getByTestId("sign-in-password").fill(oneTime);
    await visitor.getByTestId("gate-send").click();
    await visitor.getByTestId("password-current").fill(oneTime);
    await visitor.getByTestId("password-next").fill("câu dài dễ nhớ của tôi");
    await visitor.getByTestId("password-repeat").fill("câu dài dễ nhớ của tôi");
    await visitor.getByTestId("gate-send").click();
    await visitor.locator('[data-testid="connection-state"][data-state="live"]').waitFor();
    expect(await visitor.getByTestId("signed-in").textContent()).toBe("Nguyễn A");
    await visitor.getByTestId("sign-out").click();
    await visitor.getByTestId("sign-in-name").waitFor();
    expect(await visitor.getByTestId("case-row").count()).toBe(0);
    await context.close();
  });

  test("a link from the terminal signs in once", async () => {
    const ticket = api.desk.tickets.issue(api.everybody.personId);
    for (const expected of ["signed-in", "sign-in-name"]) {
      const context = await browser.newContext();
      const visitor = await context.newPage();
      visitor.setDefaultTimeout(45_000);
      await visitor.goto(`${address}/#ticket=${ticket}`);
      await visitor.getByTestId(expected).waitFor();
      expect(visitor.url()).not.toContain("ticket");
      await context.close();
    }
  });

  test("an operator sees a case and can't decide it; an engineer sees none; an administrator sees nothing of it", async () => {
    const event = exampleEvent("vn.ngatu.traffic.case.v1", "nga-tu", { rule: "wrong-way", lane: "north-1" });
    await store(api.db, [event], api.feed);
    const operator = await pageOf(everywhere("ioc-operator"));
    const row = operator.locator(`[data-testid="case-row"][data-case="${event.id}"]`);
    await row.waitFor();
    expect(await row.getByTestId("case-confirm").count()).toBe(0);
    const engineer = await pageOf(everywhere("engineer"));
    await engineer.locator('#cases [data-testid="no-permission"]').waitFor();
    expect(await engineer.getByTestId("case-row").count()).toBe(0);
    const administrator = await pageOf(everywhere("administrator"));
    await administrator.locator('#closed [data-testid="no-permission"]').waitFor();
    for (const opened of [operator, engineer, administrator]) await opened.context().close();
  });

  test("a page whose session was ended elsewhere asks to sign in again", async () => {
    const visitor = await pageOf(everywhere("ioc-operator"));
    await visitor.locator('[data-testid="connection-state"][data-state="live"]').waitFor();
    const name = (await visitor.getByTestId("signed-in").textContent()) ?? "";
    const person = await api.repositories.people.byName(name);
    await api.repositories.sessions.endAll(person?.id ?? "");
    await visitor.getByTestId("sign-in-name").waitFor();
    await visitor.context().close();
  });

  test("a case that one officer thinks about is nobody else's to decide meanwhile, and both see why", async () => {
    const event = exampleEvent("vn.ngatu.traffic.case.v1", "nga-tu", { rule: "stopping", zone: "kerb" });
    await store(api.db, [event], api.feed);
    const [first, second] = await Promise.all([
      pageOf(everywhere("traffic-officer")),
      pageOf(everywhere("traffic-officer")),
    ]);
    const rowOf = (page: Page) => page.locator(`[data-testid="case-row"][data-case="${event.id}"]`);
    await rowOf(second).getByTestId("case-confirm").waitFor();
    await rowOf(first).getByTestId("case-reject").click();
    await rowOf(first).getByTestId("case-reason").waitFor();
    // This rig's feed is in the test's hand: a server hears of it through the database.
    const held = await api.repositories.cases.find([event.id]);
    for (const one of held) api.feed.emit({ kind: "case", case: one });
    await rowOf(second).getByTestId("case-reviewer").waitFor();
    expect(await rowOf(second).getByTestId("case-confirm").isDisabled()).toBe(true);
    await rowOf(first).getByRole("button", { name: "Huỷ" }).click();
    await rowOf(first).getByTestId("case-confirm").waitFor();
    expect((await api.repositories.cases.find([event.id]))[0]?.state).toBe("new");
    for (const page of [first, second]) await page.context().close();
  });

  test("an operator acknowledges an alert and resolves it", async () => {
    const alert = exampleEvent(
      "vn.ngatu.crowd.alert.v1",
      "quang-truong",
      { rule: "crowd-over", zone: "plaza", state: "opened", persons: 12 },
      { subject: "quang-truong/plaza" },
    );
    await store(api.db, [alert], api.feed);
    const page = await pageOf(everywhere("ioc-operator"));
    await page.getByTestId("alert-acknowledge").click();
    await page.getByTestId("alert-resolve").click();
    await page.locator('[data-testid="alert-handling"][data-state="resolved"]').waitFor();
    expect((await api.repositories.alerts.find([alert.id]))[0]?.handling).toBe("resolved");
    await page.context().close();
  });
});
