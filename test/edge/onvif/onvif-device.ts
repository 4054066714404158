// Stands for a physical camera that speaks ONVIF: answers WS-Discovery on loopback and the few questions asked by HTTP.
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server } from "node:http";

const GROUP = { address: "239.255.255.250", port: 3702 } as const;
const ENVELOPE = `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"
 xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl"
 xmlns:tt="http://www.onvif.org/ver10/schema">`;

export class OnvifDevice {
  /** What it was asked by HTTP, in order. */
  readonly asked: string[] = [];
  #probes: Socket | undefined;
  #server: Server | undefined;
  #port = 0;

  /** Gives the port of its device service. */
  async start(): Promise<number> {
    const server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      request.on("end", () => {
        const question = /<(?:\w+:)?(Get\w+)/.exec(body)?.[1] ?? "nothing";
        this.asked.push(question);
        const token = /ProfileToken>(\w+)</.exec(body)?.[1] ?? "";
        response.end(envelope(this.#answer(question, token)));
      });
    }).listen(0, "127.0.0.1");
    this.#server = server;
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    this.#port = address.port;
    return address.port;
  }

  /** Also answers probes of the loopback network; `say` turns its answer into another. */
  async listen(say: (answer: string) => string = (answer) => answer): Promise<void> {
    const socket = createSocket({ type: "udp4", reuseAddr: true });
    this.#probes = socket;
    socket.on("message", (probe, from) => {
      const id = /MessageID[^>]*>([^<]+)</.exec(probe.toString())?.[1] ?? "";
      socket.send(say(this.#match(id)), from.port, from.address);
    });
    socket.bind(GROUP.port, "0.0.0.0");
    await once(socket, "listening");
    socket.addMembership(GROUP.address, "127.0.0.1");
  }

  stop(): void {
    this.#probes?.close();
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  get service(): string {
    return `http://127.0.0.1:${this.#port}/onvif/device_service`;
  }

  #match(id: string): string {
    const scopes = ["type/video_encoder", "name/C%E1%BB%95ng%20ch%C3%ADnh", "hardware/DS-2CD"];
    return `${ENVELOPE}<s:Header><a:RelatesTo>${id}</a:RelatesTo></s:Header><s:Body><d:ProbeMatches><d:ProbeMatch>
      <a:EndpointReference><a:Address>urn:uuid:${this.#port}</a:Address></a:EndpointReference>
      <d:Types>tds:NetworkVideoTransmitter</d:Types>
      <d:Scopes>${scopes.map((scope) => `onvif://www.onvif.org/${scope}`).join(" ")}</d:Scopes>
      <d:XAddrs>${this.service}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion>
    </d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>`;
  }

  #answer(question: string, token: string): string {
    if (question === "GetSystemDateAndTime") return DATE;
    if (question === "GetCapabilities")
      return `<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Media><tt:XAddr>${this.service}</tt:XAddr></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>`;
    if (question === "GetProfiles")
      return `<trt:GetProfilesResponse>${profile("main", 1920, 1080, 25)}${profile("sub", 640, 360, 10)}</trt:GetProfilesResponse>`;
    return `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>rtsp://admin:s3cret@127.0.0.1:554/${token}</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>`;
  }
}

function envelope(body: string): string {
  return `${ENVELOPE}<s:Body>${body}</s:Body></s:Envelope>`;
}

const DATE = `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:UTCDateTime>
  <tt:Time><tt:Hour>7</tt:Hour><tt:Minute>0</tt:Minute><tt:Second>0</tt:Second></tt:Time>
  <tt:Date><tt:Year>2026</tt:Year><tt:Month>1</tt:Month><tt:Day>5</tt:Day></tt:Date>
</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`;

function profile(name: string, width: number, height: number, fps: number): string {
  return `<trt:Profiles token="${name}"><tt:Name>${name}</tt:Name><tt:VideoEncoderConfiguration token="v${name}">
    <tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution>
    <tt:RateControl><tt:FrameRateLimit>${fps}</tt:FrameRateLimit></tt:RateControl>
  </tt:VideoEncoderConfiguration></trt:Profiles>`;
}
