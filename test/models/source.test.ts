// Fetching: mirrors before sources, hashes before use, broken downloads taken up again, and every failure named.
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { create } from "tar";
import { afterEach, describe, expect, test } from "vitest";
import { fetchFile, SourceError } from "../../models/source.ts";
import { fetchHttps } from "../../models/source-https.ts";
import { temporaryFolder } from "./pictures.ts";

const content = randomBytes(200_000);
const sha256 = createHash("sha256").update(content).digest("hex");
const spec = (sources: readonly string[]) => ({ file: "net.onnx", bytes: content.length, sha256, sources });
/** The product only knows https; the same code speaks http to a server of this test. */
const resolvers = { http: fetchHttps };
const noMirror = { NGATU_MIRROR: "" };

let server: Server | undefined;
afterEach(() => server?.close());

async function serve(listener: RequestListener): Promise<string> {
  const listening = createServer(listener);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}/net.onnx`;
}

describe("fetchFile", () => {
  test("takes the file from a mirror's subfolder before any source, and needs no source the second time", async () => {
    const folder = temporaryFolder();
    const mirror = temporaryFolder();
    mkdirSync(join(mirror, "models"));
    writeFileSync(join(mirror, "models", "net.onnx"), content, { mode: 0o444 });
    const path = await fetchFile(spec([]), folder, { env: { NGATU_MIRROR: `/nowhere:${mirror}` } });
    expect(readFileSync(path).equals(content)).toBe(true);
    await expect(fetchFile(spec([]), folder, { env: noMirror })).resolves.toBe(path);
  });

  test("refuses a mirror's file with another hash, says both hashes, and goes on to the next source", async () => {
    const mirror = temporaryFolder();
    writeFileSync(join(mirror, "net.onnx"), "tampered");
    const url = await serve((_request, response) => response.end(content));
    const env = { NGATU_MIRROR: mirror };
    await fetchFile(spec([url]), temporaryFolder(), { env, resolvers });
    const failed = await fetchFile(spec([]), temporaryFolder(), { env }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(SourceError);
    const seen = createHash("sha256").update("tampered").digest("hex");
    expect((failed as SourceError).failures).toEqual([
      { source: join(mirror, "net.onnx"), reason: `refused: its SHA-256 is ${seen}, expected ${sha256}` },
    ]);
  });

  test("replaces a damaged file of the cache", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "net.onnx"), content.subarray(0, 100));
    const url = await serve((_request, response) => response.end(content));
    const path = await fetchFile(spec([url]), folder, { env: noMirror, resolvers });
    expect(readFileSync(path).equals(content)).toBe(true);
  });

  test("goes on with a broken download where it stopped", async () => {
    const folder = temporaryFolder();
    const ranges: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      ranges.push(request.headers.range);
      if (ranges.length === 1) {
        response.writeHead(200, { "content-length": content.length });
        response.write(content.subarray(0, 120_000), () => setTimeout(() => response.destroy(), 200));
        return;
      }
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
      response.writeHead(206, { "content-length": content.length - from });
      response.end(content.subarray(from));
    });
    const options = { env: noMirror, resolvers };
    await expect(fetchFile(spec([url]), folder, options)).rejects.toBeInstanceOf(SourceError);
    const path = await fetchFile(spec([url]), folder, options);
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(ranges).toEqual([undefined, "bytes=120000-"]);
  });

  test("starts again when the part it has is no beginning of what the server has", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "net.onnx.part"), randomBytes(300_000));
    const url = await serve((request, response) => {
      if (request.headers.range === undefined) response.end(content);
      else response.writeHead(416).end();
    });
    const path = await fetchFile(spec([url]), folder, { env: noMirror, resolvers });
    expect(readFileSync(path).equals(content)).toBe(true);
  });

  test("takes one file out of an npm package, with progress", async () => {
    const source = temporaryFolder();
    mkdirSync(join(source, "package", "model"), { recursive: true });
    writeFileSync(
      join(source, "package", "package.json"),
      JSON.stringify({ name: "weights", version: "1.0.0" }),
    );
    writeFileSync(join(source, "package", "model", "a.bin"), content);
    const tarball = join(source, "weights-1.0.0.tgz");
    await create({ file: tarball, gzip: true, cwd: source }, ["package"]);
    const done: [number, number | undefined][] = [];
    const fetching = {
      env: noMirror,
      onProgress: (bytes: number, total?: number) => void done.push([bytes, total]),
    };
    await fetchFile(spec([`npm:file:${tarball}#model/a.bin`]), temporaryFolder(), fetching);
    expect(done.at(-1)).toEqual([content.length, content.length]);
    const missing = fetchFile(spec([`npm:file:${tarball}#model/b.bin`]), temporaryFolder(), {
      env: noMirror,
    });
    await expect(missing).rejects.toThrow("the package has no file model/b.bin");
  });

  test("names every source and its fault when none has the file", async () => {
    const url = await serve((_request, response) => response.writeHead(404).end());
    const sources = [url, "https://127.0.0.1:47811/net.onnx", "carrier-pigeon:coop"];
    const failed = await fetchFile(spec(sources), temporaryFolder(), { env: noMirror, resolvers }).catch(
      (e: unknown) => e,
    );
    expect((failed as SourceError).failures).toEqual([
      { source: url, reason: "the server answered 404" },
      { source: sources[1], reason: expect.stringContaining("ECONNREFUSED") as string },
      { source: "carrier-pigeon:coop", reason: "nothing here knows this kind of source" },
    ]);
    expect((failed as SourceError).message).toContain("net.onnx could not be had");
  });

  test("gives up a download that goes past the size it must have, says both sizes, and keeps nothing of it", async () => {
    const folder = temporaryFolder();
    const url = await serve((_request, response) => {
      response.write(content);
      response.write(content);
    });
    const failed = await fetchFile(spec([url]), folder, { env: noMirror, resolvers }).catch(
      (e: unknown) => e,
    );
    expect((failed as SourceError).failures[0]?.reason).toMatch(
      new RegExp(`gave \\d+ bytes, expected ${content.length}$`),
    );
    expect(readdirSync(folder)).toEqual([]);
    server?.closeAllConnections();

    const source = temporaryFolder();
    mkdirSync(join(source, "package"));
    writeFileSync(join(source, "package", "package.json"), '{"name":"weights","version":"1.0.0"}');
    writeFileSync(join(source, "package", "a.bin"), Buffer.concat([content, content]));
    const tarball = join(source, "weights-1.0.0.tgz");
    await create({ file: tarball, gzip: true, cwd: source }, ["package"]);
    const fetching = fetchFile(spec([`npm:file:${tarball}#a.bin`]), folder, { env: noMirror });
    await expect(fetching).rejects.toThrow(`gave ${content.length * 2} bytes, expected ${content.length}`);
  });

  test("stops at once when it is told to", async () => {
    const url = await serve(() => undefined);
    const stop = AbortSignal.timeout(300);
    const fetching = fetchFile(spec([url]), temporaryFolder(), { env: noMirror, resolvers, signal: stop });
    await expect(fetching).rejects.toThrow(/timeout|abort/i);
  });
});
