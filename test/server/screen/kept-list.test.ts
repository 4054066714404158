// A list kept current by the stream while it is being read.
import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, test } from "vitest";
import { KeptList } from "../../../server/screen/data/kept-list.ts";

interface Row {
  readonly id: string;
  readonly time: string;
  readonly state: string;
}
const row = (id: string, time: string, state = "new"): Row => ({ id, time, state });

describe("a list kept current by the stream", () => {
  let client: QueryClient;
  let list: KeptList<Row>;
  beforeEach(() => {
    client = new QueryClient();
    list = new KeptList<Row>({ key: "rows", order: ({ time }) => time, limit: 3 });
  });
  const read = async (ask: () => Promise<Row[]>): Promise<Row[] | undefined> =>
    client.setQueryData<Row[]>(list.queryKey, await list.read(ask));
  const ids = (): string[] | undefined => client.getQueryData<Row[]>(list.queryKey)?.map(({ id }) => id);

  test("a row that comes while the list is being read is in it", async () => {
    await read(() => {
      list.take(client, row("b", "2"));
      return Promise.resolve([row("a", "1")]);
    });
    expect(ids()).toEqual(["b", "a"]);
  });

  test("an answer that is older than the stream does not turn a row back", async () => {
    await read(() => Promise.resolve([row("a", "1")]));
    const rows = await read(() => {
      list.take(client, row("a", "1", "forwarded"));
      return Promise.resolve([row("a", "1", "new")]);
    });
    expect(rows).toEqual([row("a", "1", "forwarded")]);
  });

  test("what came before the list was asked for does not outlive it", async () => {
    list.take(client, row("gone", "9"));
    await new Promise((resolve) => setTimeout(resolve, 2));
    await read(() => Promise.resolve([row("a", "1")]));
    expect(ids()).toEqual(["a"]);
  });

  test("rows stand in order, each once, and the oldest leave", async () => {
    await read(() => Promise.resolve([row("a", "1"), row("c", "3")]));
    list.take(client, row("b", "2"));
    list.take(client, row("c", "3", "changed"));
    expect(ids()).toEqual(["c", "b", "a"]);
    list.take(client, row("d", "4"));
    expect(ids()).toEqual(["d", "c", "b"]);
  });
});
