// Takes one file out of a package of the npm registry, without installing the package.
import { createWriteStream } from "node:fs";
import { Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import pacote from "pacote";
import { Parser, type ReadEntry } from "tar";
import { tooLarge } from "./size-limit.ts";
import type { Attempt } from "./source.ts";

const TIMEOUT_MS = 30_000;

/** `source` is `npm:PACKAGE@VERSION#path/in/the/package`. The registry is npm's own, or `npm_config_registry`. */
export async function fetchNpm({ source, target, bytes, env, signal, onProgress }: Attempt): Promise<void> {
  const match = /^npm:(.+)#(.+)$/.exec(source);
  const spec = match?.[1];
  const path = match?.[2];
  if (spec === undefined || path === undefined) throw new Error("expected npm:PACKAGE@VERSION#path");
  const registry = env["npm_config_registry"];
  const options: pacote.Options & { fetchRetries?: number; timeout?: number } = {
    timeout: TIMEOUT_MS,
    fetchRetries: 1,
    ...(registry === undefined || registry === "" ? {} : { registry }),
  };
  await pacote.tarball.stream(
    spec,
    (tarball) => extractOne(tarball, path, { target, bytes, signal, onProgress }),
    options,
  );
}

/** A package's files lie under one folder, nearly always `package/`, so the first part of their path is ignored. */
async function extractOne(
  tarball: NodeJS.ReadableStream,
  path: string,
  { target, bytes, signal, onProgress }: Pick<Attempt, "target" | "bytes" | "signal" | "onProgress">,
): Promise<void> {
  let written: Promise<void> | undefined;
  const parser = new Parser({
    strict: true,
    filter: (name) => name.slice(name.indexOf("/") + 1) === path,
    onReadEntry: (entry) => {
      const fault = tooLarge(entry.size, bytes);
      if (fault !== undefined) {
        // Read past, never written.
        entry.resume();
        written = Promise.reject(fault);
        written.catch(() => undefined);
        return;
      }
      written = writeEntry(entry, target, onProgress);
      // It is awaited below; until then a failure must not count as unhandled.
      written.catch(() => undefined);
    },
  });
  const ended = new Promise<void>((resolve, reject) => {
    parser.on("end", resolve);
    parser.on("error", reject);
  });
  await Promise.all([pipeline(tarball, sink(parser), signal === undefined ? {} : { signal }), ended]);
  if (written === undefined) throw new Error(`the package has no file ${path}`);
  await written;
}

/** tar's parser is no Node stream; this hands it the bytes and waits while it is full. */
function sink(parser: Parser): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      if (parser.write(chunk)) done();
      else parser.once("drain", () => done());
    },
    flush(done) {
      parser.end();
      done();
    },
  }).resume();
}

async function writeEntry(
  entry: ReadEntry,
  target: string,
  onProgress: Attempt["onProgress"],
): Promise<void> {
  let doneBytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      doneBytes += chunk.length;
      onProgress(doneBytes, entry.size);
      done(null, chunk);
    },
  });
  await pipeline(entry as unknown as NodeJS.ReadableStream, counter, createWriteStream(target));
}
