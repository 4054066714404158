// The worker pool with real threads that answer, fail, hang and die on command.
import pino from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { InferenceError } from "../../../edge/detect/inference-error.ts";
import { WorkerPool, type WorkerPoolOptions } from "../../../edge/detect/worker-pool.ts";

/** Does what each job says; echoes the last news. */
const obedient = `
  import { parentPort, threadId, workerData } from "node:worker_threads";
  if (workerData === "broken") throw new Error("no such model");
  let news;
  const hold = new Int32Array(new SharedArrayBuffer(4));
  parentPort.on("message", (message) => {
    if (message.type === "stop") return parentPort.close();
    if (message.type === "news") return void (news = message.news);
    const { id, job } = message;
    if (job === "throw") throw new Error("the model broke");
    if (job === "exit") process.exit(3);
    if (job === "hang") Atomics.wait(hold, 0, 0);
    if (job === "refuse") return parentPort.postMessage({ type: "failed", id, message: "NaN in the output" });
    if (typeof job === "number") Atomics.wait(hold, 0, 0, job);
    parentPort.postMessage({ type: "done", id, result: { job, news, threadId, workerData }, ms: 1 });
  });
  parentPort.postMessage({ type: "ready" });
`;

const GATE = { camera: "gate-1", priority: "case" } as const;

interface Echo {
  readonly job: string | number;
  readonly news: string | undefined;
  readonly threadId: number;
  readonly workerData: unknown;
}
type Pool = WorkerPool<string | number, Echo, string>;

let running: Pool | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function started(over: Partial<WorkerPoolOptions> = {}, code = obedient): Promise<Pool> {
  const pool: Pool = new WorkerPool({
    file: new URL(`data:text/javascript,${encodeURIComponent(code)}`),
    workerData: undefined,
    workers: 2,
    queueLimit: 8,
    jobTimeoutMs: 20_000,
    startTimeoutMs: 20_000,
    log: pino({ level: "silent" }),
    ...over,
  });
  running = pool;
  await pool.start();
  return pool;
}

describe("the worker pool", () => {
  it("spreads jobs over its workers", async () => {
    const pool = await started();
    const echoes = await Promise.all([100, 100, 100, 100].map((ms) => pool.run(ms, GATE)));
    expect(new Set(echoes.map(({ threadId }) => threadId)).size).toBe(2);
    expect(pool.stats()).toMatchObject({ workers: 2, ready: 2, done: 4, failed: 0, replaced: 0 });
  });

  it("serves waiting jobs in the order in which they came", async () => {
    const pool = await started({ workers: 1 });
    const order: string[] = [];
    await Promise.all(
      ["a", "b", "c", "d"].map((job) => pool.run(job, GATE).then((echo) => order.push(String(echo.job)))),
    );
    expect(order).toEqual(["a", "b", "c", "d"]);
  });

  it.each(["throw", "exit"])(
    "rejects the job under which a worker dies (%s), and replaces the worker",
    async (how) => {
      const pool = await started({ workers: 1 });
      pool.tell("gallery 1");
      await expect(pool.run(how, GATE)).rejects.toMatchObject({ name: "InferenceError", kind: "died" });
      // Waits in the queue until the replacement is there; the replacement knows the news.
      expect(await pool.run("next", GATE)).toMatchObject({ job: "next", news: "gallery 1" });
      expect(pool.stats()).toMatchObject({ ready: 1, replaced: 1 });
    },
  );

  it("keeps a worker whose job was refused, and names the cause", async () => {
    const pool = await started({ workers: 1 });
    const before = await pool.run("x", GATE);
    await expect(pool.run("refuse", GATE)).rejects.toThrow("NaN in the output");
    expect((await pool.run("y", GATE)).threadId).toBe(before.threadId);
    expect(pool.stats()).toMatchObject({ failed: 1, replaced: 0 });
  });

  it("ends a worker that hangs, and goes on with another", async () => {
    const pool = await started({ workers: 1, jobTimeoutMs: 200 });
    await expect(pool.run("hang", GATE)).rejects.toMatchObject({ kind: "timeout" });
    expect(await pool.run("next", GATE)).toMatchObject({ job: "next" });
  });

  it("refuses a job beyond its queue's limit instead of growing", async () => {
    const pool = await started({ workers: 1, queueLimit: 2 });
    const accepted = [pool.run(200, GATE), pool.run("a", GATE), pool.run("b", GATE)];
    await expect(pool.run("c", GATE)).rejects.toMatchObject({ kind: "busy" });
    expect(await Promise.all(accepted)).toHaveLength(3);
  });

  it("serves what a case hangs on before a mere count, and drops counts first when too many wait", async () => {
    const pool = await started({ workers: 1, queueLimit: 2 });
    const order: string[] = [];
    const ask = (job: string | number, priority: "case" | "count"): Promise<unknown> =>
      pool.run(job, { camera: `of ${job}`, priority }).then(
        (echo) => order.push(String(echo.job)),
        (error: unknown) => order.push(`${job} ${(error as InferenceError).kind}`),
      );
    await Promise.all([ask(200, "case"), ask("crowd", "count"), ask("plaza", "count"), ask("gate", "case")]);
    expect(order).toEqual(["plaza busy", "200", "gate", "crowd"]);
    expect(pool.stats()).toMatchObject({ done: 3, refused: 1 });
  });

  it("exchanges its workers one by one under load: every job is answered, none by fewer workers", async () => {
    const pool = await started({ workers: 2, queueLimit: 100, workerData: "old" });
    pool.tell("gallery 1");
    const jobs = Array.from({ length: 30 }, () => pool.run(20, GATE));
    await pool.exchange("new");
    const echoes = await Promise.all(jobs);
    expect(echoes.some(({ workerData }) => workerData === "old")).toBe(true);
    const after = await Promise.all([20, 20, 20, 20].map((ms) => pool.run(ms, GATE)));
    for (const echo of after) expect(echo).toMatchObject({ workerData: "new", news: "gallery 1" });
    expect(pool.stats()).toMatchObject({ ready: 2, done: 34, failed: 0, replaced: 0 });
  });

  it("keeps its old workers when a new one does not start, and says why", async () => {
    const pool = await started({ workers: 2, workerData: "old" });
    await expect(pool.exchange("broken")).rejects.toThrow("no such model");
    const echoes = await Promise.all([50, 50].map((ms) => pool.run(ms, GATE)));
    for (const { workerData } of echoes) expect(workerData).toBe("old");
    expect(pool.stats()).toMatchObject({ ready: 2, replaced: 0 });
  });

  it("replaces a worker that dies during an exchange by one of the new kind", async () => {
    const pool = await started({ workers: 2, workerData: "old" });
    const dying = expect(pool.run("throw", GATE)).rejects.toMatchObject({ kind: "died" });
    await Promise.all([pool.exchange("new"), dying]);
    const echoes = await Promise.all([50, 50, 50, 50].map((ms) => pool.run(ms, GATE)));
    for (const { workerData } of echoes) expect(workerData).toBe("new");
    expect(pool.stats().ready).toBe(2);
  });

  it("rejects what waits and what runs when it is stopped, and leaves no thread", async () => {
    const pool = await started({ workers: 1 });
    const jobs = [pool.run("hang", GATE), pool.run("waiting", GATE)].map((job) =>
      job.catch((error: unknown) => error),
    );
    await pool.stop();
    for (const error of await Promise.all(jobs)) {
      expect(error).toBeInstanceOf(InferenceError);
      expect(error).toMatchObject({ kind: "stopped" });
    }
    expect(pool.stats().ready).toBe(0);
    await expect(pool.run("late", GATE)).rejects.toMatchObject({ kind: "stopped" });
  });

  it("does not start when a worker can't, and says why", async () => {
    await expect(started({}, `throw new Error("no such model");`)).rejects.toThrow("no such model");
  });
});
