// A run in two processes: one reads the camera, one decodes, and between them a gate keeps back what nobody needs.
import type { Readable, Writable } from "node:stream";
import type { FfmpegInput } from "./ffmpeg-input.ts";
import type { LogFact } from "./ffmpeg-log.ts";
import { PacketGate } from "./packet-gate.ts";
import { type CameraRun, FfmpegRun, type RunExit } from "./run.ts";

/** What a transport stream can hold so that the gate finds its key frames. */
const CODECS: readonly string[] = ["h264", "hevc"];

export interface GatedRunOptions {
  readonly source: FfmpegInput;
  readonly decoder: readonly string[];
  readonly onFact: (fact: LogFact) => void;
  readonly onVideo: ((chunk: Buffer) => void) | undefined;
}

export class GatedRun implements CameraRun {
  readonly #source: FfmpegRun;
  readonly #decoder: FfmpegRun;
  readonly #gate: PacketGate;
  #packets: Readable | undefined;
  #feed: Writable | undefined;
  #fit = true;

  constructor({ source, decoder, onFact, onVideo }: GatedRunOptions) {
    const hearSource = (fact: LogFact): void => {
      if (fact.kind === "stream" && !CODECS.includes(fact.codec)) {
        this.#fit = false;
        this.kill();
      }
      onFact(fact);
    };
    const hearDecoder = (fact: LogFact): void => {
      // Nothing came from the other process, which says why itself.
      if (fact.kind !== "problem" || !fact.text.startsWith("pipe:0:")) onFact(fact);
    };
    this.#source = new FfmpegRun(source, hearSource, onVideo);
    this.#decoder = new FfmpegRun({ args: decoder, stdin: undefined, feed: true }, hearDecoder);
    this.#gate = new PacketGate((packets) => this.#pass(packets));
  }

  async start(outputs: number): Promise<readonly number[]> {
    const fds = await this.#decoder.start(outputs);
    const packets = await this.#source.startForPackets();
    this.#packets = packets;
    this.#feed = this.#decoder.feed;
    this.#feed?.on("drain", () => packets.resume());
    packets.on("data", (chunk: Buffer) => this.#gate.push(chunk));
    packets.on("end", () => this.#feed?.end());
    // The end of either process is told by its exit; a broken pipe between them adds nothing.
    packets.on("error", () => undefined);
    return fds;
  }

  /** While resting, key frames alone are decoded. */
  rest(resting: boolean): void {
    if (resting !== this.#gate.resting) this.#gate.rest(resting);
  }

  /** Of the process that ended first; where the camera was read to its end, of the decoder if that failed. */
  async exited(atOnce: boolean): Promise<RunExit> {
    const source = this.#source.exited(atOnce);
    const decoder = this.#decoder.exited(atOnce);
    const first = await Promise.race([source.then(() => "source"), decoder.then(() => "decoder")]);
    if (first === "decoder") this.#source.kill();
    const [sourceExit, decoderExit] = await Promise.all([source, decoder]);
    const failed = first === "decoder" || (sourceExit.code === 0 && decoderExit.code !== 0);
    return { ...(failed ? decoderExit : sourceExit), ungateable: !this.#fit };
  }

  kill(): void {
    this.#source.kill();
    this.#decoder.kill();
  }

  close(): void {
    this.#source.close();
    this.#decoder.close();
  }

  /** A decoder that is behind holds the reading up; the camera's own buffer decides what is lost then. */
  #pass(packets: Buffer): void {
    if (this.#feed?.writable !== true) return;
    if (!this.#feed.write(packets)) this.#packets?.pause();
  }
}
