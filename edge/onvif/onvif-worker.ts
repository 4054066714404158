// Talks to cameras by ONVIF in a thread of its own: the library throws where nobody can catch it when an answer is odd.
import { parentPort, workerData } from "node:worker_threads";
import onvif from "onvif";
import type {
  DiscoverQuestion,
  OfferedStream,
  OnvifAnswer,
  OnvifQuestion,
  StreamsQuestion,
} from "./onvif-messages.ts";

if (parentPort === null) throw new Error("ONVIF is asked from a worker thread only");
const port = parentPort;
const question = workerData as OnvifQuestion;

function tell(answer: OnvifAnswer): void {
  port.postMessage(answer);
}

if (question.kind === "discover") discover(question);
else {
  try {
    await listStreams(question);
    tell({ kind: "done" });
  } catch (error) {
    tell({ kind: "fault", message: error instanceof Error ? error.message : String(error) });
  }
}

function discover({ timeoutMs, network }: DiscoverQuestion): void {
  // Something that is no camera answered: the others are still waited for.
  onvif.Discovery.on("error", () => undefined);
  onvif.Discovery.on("device", (device, { address }) => {
    const match = at(device, "probeMatches", "probeMatch");
    const scopes = (text(at(match, "scopes")) ?? "").split(/\s+/);
    const service = (text(at(match, "XAddrs")) ?? "").split(/\s+/)[0] ?? "";
    const name = scopeOf(scopes, "name");
    const hardware = scopeOf(scopes, "hardware");
    const said = { ...(name === undefined ? {} : { name }), ...(hardware === undefined ? {} : { hardware }) };
    tell({ kind: "camera", camera: { host: address, service, ...said } });
  });
  const options = {
    timeout: timeoutMs,
    resolve: false,
    ...(network === undefined ? {} : { device: network }),
  };
  onvif.Discovery.probe(options, (error: Error | Error[] | null) => {
    // After the timeout, a list of those whose answers could not be read; before it, what the system refused.
    tell(error instanceof Error ? { kind: "fault", message: error.message } : { kind: "done" });
  });
}

/** Not the library's `connect`, which asks for much that a camera may not know and throws on what it does not expect. */
async function listStreams({ host, port: at_, user, password, timeoutMs }: StreamsQuestion): Promise<void> {
  const cam = new onvif.Cam({
    ...{ hostname: host, port: at_, timeout: timeoutMs, autoconnect: false, preserveAddress: true },
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
  });
  await answerTo((done) => cam.getSystemDateAndTime(done));
  await answerTo((done) => cam.getCapabilities(done));
  await answerTo((done) => cam.getProfiles(done));
  for (const profile of cam.profiles ?? []) {
    const profileToken = text(at(profile, "$", "token"));
    if (profileToken === undefined) continue;
    const answer = await answerTo((done) => cam.getStreamUri({ protocol: "RTSP", profileToken }, done));
    const url = text(at(answer, "uri"));
    if (url !== undefined) tell({ kind: "stream", stream: streamOf(profile, profileToken, url) });
  }
}

function streamOf(profile: unknown, token: string, url: string): OfferedStream {
  const encoder = at(profile, "videoEncoderConfiguration");
  const codec = text(at(encoder, "encoding"));
  const width = at(encoder, "resolution", "width");
  const height = at(encoder, "resolution", "height");
  const fps = at(encoder, "rateControl", "frameRateLimit");
  return {
    name: text(at(profile, "name")) ?? token,
    url: url.replace(/^(\w+:\/\/)[^/@]*@/, "$1"),
    ...(codec === undefined ? {} : { codec }),
    ...(typeof width === "number" && typeof height === "number" ? { width, height } : {}),
    ...(typeof fps === "number" ? { fps } : {}),
  };
}

function answerTo(ask: (done: (error: Error | null, data?: unknown) => void) => void): Promise<unknown> {
  return new Promise((resolve, reject) => {
    ask((error, data) => {
      if (error === null) resolve(data);
      else reject(error);
    });
  });
}

/** A value inside what a camera said, if it is there. */
function at(value: unknown, ...path: readonly string[]): unknown {
  let inner = value;
  for (const key of path) {
    if (typeof inner !== "object" || inner === null) return undefined;
    inner = (inner as Readonly<Record<string, unknown>>)[key];
  }
  return inner;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** `onvif://www.onvif.org/name/Camera%2012` tells the name "Camera 12". */
function scopeOf(scopes: readonly string[], key: string): string | undefined {
  const prefix = `onvif://www.onvif.org/${key}/`;
  const scope = scopes.find((one) => one.startsWith(prefix))?.slice(prefix.length);
  if (scope === undefined || scope === "") return undefined;
  try {
    return decodeURIComponent(scope);
  } catch {
    return scope; // a bare % in a name
  }
}
