// A wire that breaks the connection after a number of bytes from the near end, as often as it is told to.
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

export class CuttingWire {
  readonly #targetPort: number;
  readonly #bytesUntilCut: () => number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #left: number;
  #cuts = 0;

  /** Cuts `times` connections, each after as many bytes as `bytesUntilCut` says; then lets everything pass. */
  constructor(targetPort: number, times: number, bytesUntilCut: () => number) {
    this.#targetPort = targetPort;
    this.#left = times;
    this.#bytesUntilCut = bytesUntilCut;
  }

  get cuts(): number {
    return this.#cuts;
  }

  /** Gives its port. */
  async start(): Promise<number> {
    this.#server = createServer((near) => this.#join(near)).listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server?.close();
    if (this.#server !== undefined) await once(this.#server, "close");
  }

  #join(near: Socket): void {
    const far = connect(this.#targetPort, "127.0.0.1");
    const cut = (): void => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.on("error", cut);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        cut();
      });
    }
    let bytes = this.#left > 0 ? this.#bytesUntilCut() : Number.POSITIVE_INFINITY;
    near.on("data", (chunk: Buffer) => {
      far.write(chunk.subarray(0, Math.min(bytes, chunk.length)));
      bytes -= chunk.length;
      if (bytes > 0) return;
      if (this.#left > 0) {
        this.#left -= 1;
        this.#cuts += 1;
      }
      near.pause();
      // What was sent up to the cut arrives, as in a real network.
      far.end();
      setImmediate(cut);
    });
    far.on("data", (chunk: Buffer) => near.write(chunk));
  }
}
