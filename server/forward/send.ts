// One attempt to hand an event to a destination: signed after Standard Webhooks, answered or given up in time.
import { Webhook } from "standardwebhooks";
import { type Dispatcher, request } from "undici";
import type { Destination } from "./destination.ts";

export type SendResult = { readonly ok: true } | { readonly ok: false; readonly error: string };

const MAX_ANSWER_BYTES = 16 * 1024;

class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
  constructor() {
    super("no answer in time");
  }
}

/**
 * `id` is the same at each attempt: the receiver deduplicates by it. Only 2xx counts, and only when the whole answer
 * came; redirects are not followed.
 */
export async function send(
  destination: Destination,
  { id, body }: { readonly id: string; readonly body: string },
  dispatcher: Dispatcher,
  stop: AbortSignal,
): Promise<SendResult> {
  const at = new Date();
  // Not AbortSignal.any() with a timeout: Node 20 lets the timeout be collected, and then it never comes; and each
  // such signal would leave a trace in `stop` for as long as the process lives.
  const attempt = new AbortController();
  const timer = setTimeout(() => attempt.abort(new NoAnswerError()), destination.timeoutMs);
  const abort = (): void => attempt.abort(stop.reason);
  stop.addEventListener("abort", abort);
  if (stop.aborted) abort();
  try {
    const { statusCode, body: answer } = await request(destination.url, {
      method: "POST",
      headers: {
        "content-type": "application/cloudevents+json; charset=utf-8",
        "user-agent": "ngatu",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
        "webhook-signature": new Webhook(destination.secret()).sign(id, at, body),
      },
      body,
      dispatcher,
      signal: attempt.signal,
    });
    await readAll(answer);
    return statusCode >= 200 && statusCode < 300 ? { ok: true } : { ok: false, error: `HTTP ${statusCode}` };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return { ok: false, error: code ?? message };
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", abort);
  }
}

/** Not `dump()`: it takes an answer whose connection was reset for a whole one. */
async function readAll(answer: AsyncIterable<Buffer>): Promise<void> {
  let bytes = 0;
  for await (const chunk of answer) {
    bytes += chunk.length;
    // An answer longer than this says no more than its status; leaving the loop closes the connection.
    if (bytes > MAX_ANSWER_BYTES) return;
  }
}
