// Asks cameras by ONVIF: which there are on the network, and which streams one of them offers.
import { networkInterfaces } from "node:os";
import { Worker } from "node:worker_threads";
import { workerFile } from "../worker-file.ts";
import type { FoundCamera, OfferedStream, OnvifAnswer, OnvifQuestion } from "./onvif-messages.ts";

/** A network or a camera that could not be asked. */
export class OnvifError extends Error {
  override readonly name = "OnvifError";
}

/** Answers taken from one question: a whole town's cameras on one network; what goes beyond is left out. */
const MOST_ANSWERS = 1000;
/** From the time that was given to the question to the end of its thread, ms. */
const GRACE_MS = 2000;

/**
 * Cameras that answer WS-Discovery within `timeoutMs`. Sends one multicast datagram: only when somebody asks for it.
 *
 * @throws {OnvifError} when the network can't be asked.
 */
export async function discoverCameras(timeoutMs: number, network?: string): Promise<FoundCamera[]> {
  const networks = Object.keys(networkInterfaces());
  if (network !== undefined && !networks.includes(network))
    throw new OnvifError(`no network interface ${network}: there are ${networks.join(", ")}`);
  const answers = await ask({ kind: "discover", timeoutMs, network });
  return answers.flatMap((answer) => (answer.kind === "camera" ? [answer.camera] : []));
}

/**
 * The streams that a camera offers, its main one first as a rule.
 *
 * @throws {OnvifError} when it gives no answer, or one that is not ONVIF's; never with the password in it.
 */
export async function offeredStreams(
  camera: { host: string; port: number; user?: string | undefined; password?: string | undefined },
  timeoutMs: number,
): Promise<OfferedStream[]> {
  const answers = await ask({ kind: "streams", timeoutMs, ...camera });
  return answers.flatMap((answer) => (answer.kind === "stream" ? [answer.stream] : []));
}

async function ask(question: OnvifQuestion): Promise<OnvifAnswer[]> {
  const answers: OnvifAnswer[] = [];
  const worker = new Worker(workerFile(import.meta.url, "onvif-worker"), { workerData: question });
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      // A discovery that is too long has its answers; a camera that is too slow has none.
      timer = setTimeout(() => {
        if (question.kind === "discover") resolve();
        else reject(new OnvifError("no answer in time"));
      }, question.timeoutMs + GRACE_MS);
      worker.on("message", (answer: OnvifAnswer) => {
        if (answer.kind === "done") resolve();
        else if (answer.kind === "fault") reject(new OnvifError(cleanOf(answer.message, question)));
        else if (answers.length < MOST_ANSWERS) answers.push(answer);
      });
      worker.on("error", () => reject(new OnvifError("an answer that is not ONVIF's")));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
  return answers;
}

/** One line, without the password that a camera might send back. */
function cleanOf(message: string, question: OnvifQuestion): string {
  const [line = ""] = message.split("\n");
  const { password = "" } = question.kind === "streams" ? question : {};
  return password === "" ? line : line.replaceAll(password, "***");
}
