// The forward queue over HTTP: what is listed, and what may be tried again.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Problem } from "../../../server/api/schemas.ts";
import { exampleEvent, store } from "../example.ts";
import { EVERY_CASE } from "../../../server/store/scope.ts";
import { OFFICER } from "../people.ts";
import { startApi, type TestApi } from "./start-api.ts";

interface Listed {
  readonly id: string;
  readonly event_id: string;
  readonly state: string;
  readonly attempts: number;
  readonly last_error?: string;
}

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

async function listed(query: string): Promise<readonly Listed[]> {
  const response = await api.inject({
    url: `/api/v1/forwards?${query}`,
    headers: { host: "localhost" },
  });
  expect(response.statusCode).toBe(200);
  return response.json<{ items: Listed[] }>().items;
}

function replay(id: string, headers: Record<string, string> = {}) {
  return api.inject({
    method: "POST",
    url: `/api/v1/forwards/${id}/replay`,
    headers: { host: "localhost:8080", ...headers },
  });
}

/** A confirmed case whose only delivery was given up; the id of its row. */
async function givenUp(): Promise<string> {
  const event = exampleEvent("vn.ngatu.traffic.case.v1", "nga-tu", { rule: "wrong-way", lane: "north-1" });
  await store(api.db, [event]);
  const { cases, forwards } = api.repositories;
  await cases.decide(event.id, { decision: "confirm", by: OFFICER }, EVERY_CASE);
  const [claimed] = await forwards.claim("ioc", 1, 60_000);
  expect(claimed?.eventId).toBe(event.id);
  await forwards.failed(claimed?.id ?? "", "HTTP 500", undefined);
  return claimed?.id ?? "";
}

test("a delivery that was given up is listed with its reason, and is due again when replayed", async () => {
  const id = await givenUp();
  expect(await listed("state=dead")).toEqual([
    expect.objectContaining({ id, state: "dead", attempts: 1, last_error: "HTTP 500" }),
  ]);
  const answer = await replay(id);
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({ id, state: "waiting", attempts: 0 });
  expect(await listed("state=dead")).toEqual([]);
  const [claimed] = await api.repositories.forwards.claim("ioc", 1, 0);
  expect(claimed).toMatchObject({ id, attempts: 1 });
  await api.repositories.forwards.delivered(id);
});

test("what waits, was delivered or does not exist can't be replayed", async () => {
  const id = await givenUp();
  expect((await replay(id)).statusCode).toBe(200);
  for (const which of [id, "999999999"]) {
    const answer = await replay(which);
    expect(answer.statusCode).toBe(409);
    expect(answer.json<Problem>()).toMatchObject({ type: "urn:ngatu:problem:not-dead" });
  }
  await api.repositories.forwards.claim("ioc", 1, 0);
  await api.repositories.forwards.delivered(id);
  expect((await replay(id)).statusCode).toBe(409);
  expect(await listed("destination=ioc&state=delivered")).toContainEqual(expect.objectContaining({ id }));
});

test("a number that is none is refused, and so is a page of another site", async () => {
  for (const id of ["0", "-1", "1e3", "1".repeat(19)]) expect((await replay(id)).statusCode).toBe(400);
  const foreign = await replay("1", { origin: "https://elsewhere.example" });
  expect(foreign.statusCode).toBe(403);
});

test("an unknown state is refused by name", async () => {
  const response = await api.inject({
    url: "/api/v1/forwards?state=lost",
    headers: { host: "localhost" },
  });
  expect(response.statusCode).toBe(400);
  expect(response.body).toContain("state");
});
