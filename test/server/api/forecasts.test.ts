// Forecasts over HTTP, from minute samples in a real PostgreSQL.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ForecastList } from "../../../server/api/schemas.ts";
import { BOX, exampleEvent, store } from "../example.ts";
import { startApi, type TestApi } from "./start-api.ts";

/** A Wednesday, 10:00 in Việt Nam. */
const NOW = Date.UTC(2026, 2, 4, 3);
let api: TestApi;
beforeAll(async () => {
  api = await startApi({ now: () => new Date(NOW) });
});
afterAll(() => api.close());

/** Twenty people, and ten more at a swell round ten o'clock. */
function personsAt(ms: number): number {
  const hour = ((ms / 3_600_000 + 7) % 24) - 10;
  return 20 + 10 * Math.exp(-(hour * hour) / 2);
}

async function fill(camera: string, hours: number, capacity?: number): Promise<void> {
  const from = NOW - hours * 3_600_000;
  const samples = Array.from({ length: hours * 60 }, (_, index) => {
    const end = from + (index + 1) * 60_000;
    const persons = personsAt(end);
    return exampleEvent(
      "vn.ngatu.crowd.sample.v1",
      camera,
      {
        zone: "plaza",
        persons: Math.round(persons),
        persons_mean: persons,
        ...(capacity === undefined ? {} : { capacity }),
      },
      { time: new Date(end + 40).toISOString() },
    );
  });
  for (let at = 0; at < samples.length; at += 500) await store(api.db, samples.slice(at, at + 500));
}

async function forecastsOf(camera: string): Promise<ForecastList["items"]> {
  const reply = await api.inject({
    url: `/api/v1/forecasts?box=${BOX}&camera=${camera}`,
    headers: { host: "localhost" },
  });
  expect(reply.statusCode).toBe(200);
  return reply.json<ForecastList>().items;
}

test("a zone with two days of samples is forecast 5, 15 and 30 minutes ahead, and says that it will be too full", async () => {
  await fill("forecast-full", 48, 28);
  const [zone, ...others] = await forecastsOf("forecast-full");
  expect(others).toEqual([]);
  expect(zone).toMatchObject({
    zone: "plaza",
    capacity: 28,
    over: "expected",
    at: new Date(NOW).toISOString(),
  });
  expect(zone?.forecasts.map(({ ahead_min }) => ahead_min)).toEqual([5, 15, 30]);
  for (const { ahead_min, persons, low, high } of zone?.forecasts ?? []) {
    expect(Math.abs(persons - personsAt(NOW + ahead_min * 60_000))).toBeLessThan(2);
    expect(low).toBeLessThanOrEqual(persons);
    expect(high).toBeGreaterThanOrEqual(persons);
  }
});

test("without a capacity nothing is too full, and a camera without samples has no forecast", async () => {
  await fill("forecast-open", 30);
  const [zone] = await forecastsOf("forecast-open");
  expect(zone).not.toHaveProperty("over");
  expect(await forecastsOf("forecast-none")).toEqual([]);
});

test("a question without a camera is refused by name", async () => {
  const reply = await api.inject({
    url: `/api/v1/forecasts?box=${BOX}`,
    headers: { host: "localhost" },
  });
  expect(reply.statusCode).toBe(400);
  expect(reply.body).toContain("camera");
});
