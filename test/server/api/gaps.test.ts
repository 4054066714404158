// Gaps in a box's order as the interface shows them: which, by epoch, and how many beside each box.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BoxList } from "../../../server/api/schemas.ts";
import { signIn } from "../people.ts";
import { BOX, exampleEvent, exampleStatus, store } from "../example.ts";
import { startApi, type TestApi } from "./start-api.ts";

const OLD = "00000000000000aa";
const NEW = "00000000000000bb";
let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  await api.repositories.boxes.save(BOX, { ...exampleStatus, epoch: NEW });
});
afterAll(() => api.close());

async function storePlace(epoch: string, sequence: number): Promise<void> {
  const event = exampleEvent("vn.ngatu.count.v1", "nga-tu", { rule: "line-count", line: "gate" });
  await store(api.db, [{ ...event, epoch, sequence }]);
}

async function missingOf(box: string): Promise<number | undefined> {
  const { items } = (await api.inject({ url: "/api/v1/boxes" })).json<BoxList>();
  return items.find((one) => one.box === box)?.missing;
}

test("each epoch has its gaps, the present one first, and what is gone is no longer missing", async () => {
  await storePlace(OLD, 1);
  await storePlace(OLD, 4);
  for (const sequence of [2, 5, 9]) await storePlace(NEW, sequence);
  await api.repositories.gaps.gone({ box: BOX, epoch: NEW }, [[3, 4]]);
  const answer = await api.inject({ url: `/api/v1/boxes/${BOX}/gaps` });
  expect(answer.json()).toEqual({
    items: [
      {
        epoch: NEW,
        stored_to: 9,
        missing: [
          { from: 1, to: 1 },
          { from: 6, to: 8 },
        ],
        gone: [{ from: 3, to: 4 }],
      },
      { epoch: OLD, stored_to: 4, missing: [{ from: 2, to: 3 }], gone: [] },
    ],
  });
});

test("a box's missing events are counted at each look at its order, until they have come", async () => {
  expect(await missingOf(BOX)).toBe(0);
  await api.repositories.gaps.look({ box: BOX, epoch: NEW }, 0);
  expect(await missingOf(BOX)).toBe(4);
  for (const sequence of [1, 6, 7, 8]) await storePlace(NEW, sequence);
  await api.repositories.gaps.look({ box: BOX, epoch: NEW }, 0);
  expect(await missingOf(BOX)).toBe(0);
});

test("a box that nobody knows is not found, and a name that can be none is refused", async () => {
  expect((await api.inject({ url: "/api/v1/boxes/hop-so-9/gaps" })).statusCode).toBe(404);
  expect((await api.inject({ url: "/api/v1/boxes/Kh%C3%B4ng!/gaps" })).statusCode).toBe(400);
});

test("a box of another site is not found by somebody who sees only one", async () => {
  const elsewhere = await signIn(api.repositories, [{ role: "administrator", site: "thu-duc" }]);
  const here = await signIn(api.repositories, [{ role: "administrator", site: "binh-duong" }]);
  const asked = async (headers: Readonly<Record<string, string>>): Promise<number> =>
    (await api.inject({ url: `/api/v1/boxes/${BOX}/gaps`, headers })).statusCode;
  expect(await asked(here.headers)).toBe(200);
  expect(await asked(elsewhere.headers)).toBe(404);
});
