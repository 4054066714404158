// Reads a pipe on the event loop into one buffer again and again: a stream would allocate one for every piece.
import { type ConnectOpts, Socket, type SocketConstructorOpts } from "node:net";

/** As much as a pipe holds by default. */
const BUFFER_BYTES = 64 * 1024;

/**
 * Takes over the read end `fd` and closes it. `onBytes` is given each piece as it comes, in memory that the next piece
 * is written into.
 *
 * @returns when the pipe has ended, which a broken one has too
 */
export async function readPipe(fd: number, onBytes: (bytes: Buffer) => void): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  const callback = (length: number): boolean => {
    onBytes(buffer.subarray(0, length));
    return true;
  };
  const options: SocketConstructorOpts & ConnectOpts = { fd, writable: false, onread: { buffer, callback } };
  const socket = new Socket(options);
  await new Promise<void>((resolve) => {
    socket.on("error", () => undefined);
    socket.once("close", () => resolve());
    socket.resume();
  });
}
