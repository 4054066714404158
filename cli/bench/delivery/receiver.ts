// A receiver of forwards that can be well or unwell: it fails, hangs, lies or is away, and takes nothing while it does.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Webhook } from "standardwebhooks";

/** `fails`: 500 for half; `hangs`: never answers; `lies`: 200, then a reset; `away`: every connection is reset. */
export type Conduct = "well" | "fails" | "hangs" | "lies" | "away";

export interface Receiver {
  readonly url: string;
  conduct: Conduct;
  /** Distinct events taken while well: id to when first, ms of the monotonic clock. */
  readonly takenMs: ReadonlyMap<string, number>;
  /** Ids in the order of first arrival, by source and subject. */
  readonly order: ReadonlyMap<string, readonly string[]>;
  readonly refused: number;
  stop(): Promise<void>;
}

export async function startReceiver(secret: string, conduct: Conduct): Promise<Receiver> {
  const webhook = new Webhook(secret);
  const takenMs = new Map<string, number>();
  const order = new Map<string, string[]>();
  let turn = 0;

  function take(headers: IncomingMessage["headers"], body: string): void {
    webhook.verify(body, headers as Record<string, string>);
    const { id, source, subject } = JSON.parse(body) as Record<"id" | "source" | "subject", string>;
    if (takenMs.has(id)) return;
    takenMs.set(id, performance.now());
    const key = `${source} ${subject}`;
    order.set(key, [...(order.get(key) ?? []), id]);
  }

  function answer(headers: IncomingMessage["headers"], body: string, response: ServerResponse): void {
    turn += 1;
    const { conduct: now } = receiver;
    if (now === "hangs") return;
    if (now === "lies") {
      receiver.refused += 1;
      response.writeHead(200, { "content-length": "100" });
      response.write("thank you", () => response.destroy());
      return;
    }
    if (now === "fails" && turn % 2 === 1) {
      receiver.refused += 1;
      response.writeHead(500).end();
      return;
    }
    take(headers, body);
    response.writeHead(204).end();
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => answer(request.headers, Buffer.concat(chunks).toString(), response));
  });
  server.on("connection", (socket) => {
    if (receiver.conduct !== "away") return;
    receiver.refused += 1;
    socket.resetAndDestroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const receiver = {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}/`,
    conduct,
    takenMs,
    order,
    refused: 0,
    stop: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return receiver;
}
