// Downloads a file over HTTPS; a broken download goes on where it stopped.
import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable, Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Agent, fetch } from "undici";
import { tooLarge } from "./size-limit.ts";
import type { Attempt } from "./source.ts";

/** A site without that network must fall to the next source within seconds, not minutes. */
const CONNECT_TIMEOUT_MS = 4_000;
const SILENCE_TIMEOUT_MS = 20_000;

/** Writes to `target`, which may hold the beginning of the file from an earlier attempt. */
export async function fetchHttps({ source, target, bytes, signal, onProgress }: Attempt): Promise<void> {
  const dispatcher = new Agent({
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: SILENCE_TIMEOUT_MS,
    bodyTimeout: SILENCE_TIMEOUT_MS,
  });
  try {
    const haveBytes = (await stat(target).catch(() => undefined))?.size ?? 0;
    let response = await get(haveBytes);
    // The part is not a beginning of what the server has: start again.
    if (response.status === 416) {
      await response.body?.cancel();
      response = await get(0);
    }
    if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
    const resumed = response.status === 206;
    let doneBytes = resumed ? haveBytes : 0;
    const length = response.headers.get("content-length");
    const totalBytes = length === null ? undefined : doneBytes + Number(length);
    const counter = new Transform({
      transform(chunk: Buffer, _encoding, done: TransformCallback) {
        doneBytes += chunk.length;
        const fault = tooLarge(doneBytes, bytes);
        if (fault === undefined) onProgress(doneBytes, totalBytes);
        done(fault, chunk);
      },
    });
    const file = createWriteStream(target, { flags: resumed ? "a" : "w" });
    await pipeline(Readable.fromWeb(response.body), counter, file, signal === undefined ? {} : { signal });
  } finally {
    await dispatcher.destroy();
  }

  function get(fromByte: number): ReturnType<typeof fetch> {
    return fetch(source, {
      dispatcher,
      // Compressed bytes could be neither counted nor resumed.
      headers: { "accept-encoding": "identity", ...(fromByte > 0 ? { range: `bytes=${fromByte}-` } : {}) },
      ...(signal === undefined ? {} : { signal }),
    });
  }
}
