// The worker pool with real threads that answer, fail, hang and die on command.
import pino from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { InferenceError } from "../../../edge/detect/inference-error.ts";
import { WorkerPool, type WorkerPoolOptions } from "../../../edge/detect/worker-pool.ts";

/** Does what each job says; echoes the last news. */
const obedient = `
  import { parentPort, threadId } from "node:worker_threads";
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
    parentPort.postMessage({ type: "done", id, result: { job, news, threadId }, ms: 1 });
  });
  parentPort.postMessage({ type: "ready" });
`;

interface Echo {
  readonly job: string | number;
  readonly news: string | undefined;
  readonly threadId: number;
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
    const echoes = await Promise.all([100, 100, 100, 100].map((ms) => pool.run(ms)));
    expect(new Set(echoes.map(({ threadId }) => threadId)).size).toBe(2);
    expect(pool.stats()).toMatchObject({ workers: 2, ready: 2, done: 4, failed: 0, replaced: 0 });
  });

  it("serves waiting jobs in the order in which they came", async () => {
    const pool = await started({ workers: 1 });
    const order: string[] = [];
    await Promise.all(
      ["a", "b", "c", "d"].map((job) => pool.run(job).then((echo) => order.push(String(echo.job)))),
    );
    expect(order).toEqual(["a", "b", "c", "d"]);
  });

  it.each(["throw", "exit"])(
    "rejects the job under which a worker dies (%s), and replaces the worker",
    async (how) => {
      const pool = await started({ workers: 1 });
      pool.tell("gallery 1");
      await expect(pool.run(how)).rejects.toMatchObject({ name: "InferenceError", kind: "died" });
      // Waits in the queue until the replacement is there; the replacement knows the news.
      expect(await pool.run("next")).toMatchObject({ job: "next", news: "gallery 1" });
      expect(pool.stats()).toMatchObject({ ready: 1, replaced: 1 });
    },
  );

  it("keeps a worker whose job was refused, and names the cause", async () => {
    const pool = await started({ workers: 1 });
    const before = await pool.run("x");
    await expect(pool.run("refuse")).rejects.toThrow("NaN in the output");
    expect((await pool.run("y")).threadId).toBe(before.threadId);
    expect(pool.stats()).toMatchObject({ failed: 1, replaced: 0 });
  });

  it("ends a worker that hangs, and goes on with another", async () => {
    const pool = await started({ workers: 1, jobTimeoutMs: 200 });
    await expect(pool.run("hang")).rejects.toMatchObject({ kind: "timeout" });
    expect(await pool.run("next")).toMatchObject({ job: "next" });
  });

  it("refuses a job beyond its queue's limit instead of growing", async () => {
    const pool = await started({ workers: 1, queueLimit: 2 });
    const accepted = [pool.run(200), pool.run("a"), pool.run("b")];
    await expect(pool.run("c")).rejects.toMatchObject({ kind: "busy" });
    expect(await Promise.all(accepted)).toHaveLength(3);
  });

  it("rejects what waits and what runs when it is stopped, and leaves no thread", async () => {
    const pool = await started({ workers: 1 });
    const jobs = [pool.run("hang"), pool.run("waiting")].map((job) => job.catch((error: unknown) => error));
    await pool.stop();
    for (const error of await Promise.all(jobs)) {
      expect(error).toBeInstanceOf(InferenceError);
      expect(error).toMatchObject({ kind: "stopped" });
    }
    expect(pool.stats().ready).toBe(0);
    await expect(pool.run("late")).rejects.toMatchObject({ kind: "stopped" });
  });

  it("does not start when a worker can't, and says why", async () => {
    await expect(started({}, `throw new Error("no such model");`)).rejects.toThrow("no such model");
  });
});
