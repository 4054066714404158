// A receiver as an operations centre would run one: verifies each signature, takes each event once, counts by kind.
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

export interface IocSinkOptions {
  /** Standard Webhooks, `whsec_…`. */
  readonly secret: string;
  /** Default: any free one. */
  readonly port?: number | undefined;
  /** Called with each body that came, whoever signed it. */
  readonly onBody?: ((body: string) => void) | undefined;
}

export interface IocSink {
  readonly url: string;
  /** Distinct events whose signature was right, by CloudEvents type. */
  readonly received: ReadonlyMap<string, number>;
  /** Their ids. */
  readonly ids: ReadonlySet<string>;
  /** Deliveries whose signature was right, repeated ones included. */
  readonly verified: number;
  /** Deliveries whose signature was missing, wrong or old. */
  readonly rejected: number;
  stop(): Promise<void>;
}

const MAX_BODY_BYTES = 2 * 1024 * 1024;

export async function startIocSink({ secret, port = 0, onBody }: IocSinkOptions): Promise<IocSink> {
  const webhook = new Webhook(secret);
  const received = new Map<string, number>();
  const ids = new Set<string>();
  let verified = 0;
  let rejected = 0;

  function take(headers: IncomingMessage["headers"], body: string): number {
    const id = String(headers["webhook-id"]);
    try {
      webhook.verify(body, headers as Record<string, string>);
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      rejected += 1;
      return 401;
    }
    verified += 1;
    if (!ids.has(id)) {
      ids.add(id);
      const { type } = JSON.parse(body) as { type: string };
      received.set(type, (received.get(type) ?? 0) + 1);
    }
    return 204;
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
    });
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      onBody?.(body);
      const status = bytes > MAX_BODY_BYTES ? 413 : take(request.headers, body);
      response.writeHead(status).end();
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : port}/events`;

  return {
    url,
    received,
    ids,
    get verified() {
      return verified;
    },
    get rejected() {
      return rejected;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
