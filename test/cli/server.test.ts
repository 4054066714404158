// `ngatu server` as it is started the first time: who gets in, what is printed, and what others may ask of it.
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../server/temporary.ts";

const run = promisify(execFile);
const program = join(import.meta.dirname, "../../dist/cli/main.js");
const folder = temporaryFolder();
const config = join(folder.path, "server.yaml");
let server: ChildProcess;
let url: URL;
let password: string;
let logged = "";

beforeAll(async () => {
  const [cert, key] = [join(folder.path, "cert.pem"), join(folder.path, "key.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  execFileSync(
    "openssl",
    ["req", "-x509", ...curve, "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=ngatu.test"],
    { stdio: "ignore" },
  );
  writeFileSync(
    config,
    [
      `listen: {port: 0, names: [ngatu.test], cert_file: ${cert}, key_file: ${key}}`,
      `people: {key_file: ${join(folder.path, "server.key")}}`,
      `database: {data: ${join(folder.path, "postgres")}}`,
      // Nobody answers there: people are let in all the same.
      `broker: {url: "mqtt://127.0.0.1:1"}`,
    ].join("\n"),
  );
  const env = { ...process.env };
  delete env["DATABASE_URL"];
  server = spawn(process.execPath, [program, "server", "--config", config], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  server.stderr?.on("data", (chunk: Buffer) => (logged += chunk.toString()));
  const said: string[] = [];
  if (server.stdout === null) throw new Error("the server's output is not read");
  for await (const line of createInterface({ input: server.stdout })) {
    said.push(line);
    if (said.length === 2) break;
  }
  url = new URL(said[0] ?? "");
  password = /(\w{4}(-\w{4}){4})$/.exec(said[1] ?? "")?.[1] ?? "";
});
afterAll(async () => {
  server.kill("SIGTERM");
  if (server.exitCode === null) await once(server, "exit");
  folder.remove();
});

async function ask(
  path: string,
  {
    host = "ngatu.test",
    body,
    headers = {},
  }: { host?: string; body?: object; headers?: Record<string, string> } = {},
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }> {
  const sent = request(new URL(path, url), {
    method: body === undefined ? "GET" : "POST",
    ca: readFileSync(join(folder.path, "cert.pem")),
    servername: "ngatu.test",
    headers: { host, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
  });
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response as AsyncIterable<Buffer>) text += chunk.toString();
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

test("the first administrator's password is printed once and logged nowhere; over TLS it signs in", async () => {
  expect(password).not.toBe("");
  const signedIn = await ask("/api/v1/session", { body: { name: "admin", password } });
  expect(signedIn.status).toBe(200);
  expect(signedIn.headers["set-cookie"]?.[0]).toMatch(
    /^__Host-ngatu=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  );
  expect(signedIn.headers["strict-transport-security"]).toContain("max-age");
  expect(logged).not.toContain(password);
});

test("nothing but health and the way in answers who is not signed in, and only under the server's own names", async () => {
  expect((await ask("/healthz")).status).toBe(200);
  for (const path of ["/api/v1/events", "/api/openapi.json", "/api/v1/session", "/api/v1/people"])
    expect((await ask(path)).status, path).toBe(401);
  expect((await ask("/healthz", { host: "elsewhere.example" })).status).toBe(421);
  const foreign = { body: {}, headers: { origin: "http://ngatu.test" } };
  expect((await ask("/api/v1/session", foreign)).status).toBe(403);
});

test("beside the running server the trail is verified, and a lost password is replaced", async () => {
  const { stdout } = await run(process.execPath, [program, "audit", "verify", "--config", config, "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ faults: [] });
  const reset = await run(process.execPath, [program, "people", "reset", "admin", "--config", config]);
  const attempt = (word: string) => ask("/api/v1/session", { body: { name: "admin", password: word } });
  expect((await attempt(password)).status).toBe(401);
  expect((await attempt(reset.stdout.trim())).status).toBe(200);
  await expect(
    run(process.execPath, [program, "people", "reset", "nobody", "--config", config]),
  ).rejects.toMatchObject({ stderr: expect.stringContaining("nobody is called nobody") as string });
});

test("every route states its permission", async () => {
  const { stdout } = await run(process.execPath, [program, "audit", "routes", "--json"]);
  const { routes, without_permission: without } = JSON.parse(stdout) as Record<string, number>;
  expect(routes).toBeGreaterThanOrEqual(40);
  expect(without).toBe(0);
});
