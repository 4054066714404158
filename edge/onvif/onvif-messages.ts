// What is asked of cameras by ONVIF, and what they answer.

/** A camera that answered a probe of the network. */
export interface FoundCamera {
  /** Where the answer came from. */
  readonly host: string;
  /** Its device service, for what else it can tell. */
  readonly service: string;
  /** What it calls itself, where it does. */
  readonly name?: string;
  readonly hardware?: string;
}

/** One of the streams that a camera offers. */
export interface OfferedStream {
  readonly name: string;
  /** RTSP address without user and password. */
  readonly url: string;
  readonly codec?: string;
  readonly width?: number;
  readonly height?: number;
  /** Most frames a second, as configured. */
  readonly fps?: number;
}

/** WS-Discovery on the network of one interface: `eth0`; by default where the default route leads. */
export interface DiscoverQuestion {
  readonly kind: "discover";
  readonly timeoutMs: number;
  readonly network?: string | undefined;
}

export interface StreamsQuestion {
  readonly kind: "streams";
  readonly timeoutMs: number;
  readonly host: string;
  readonly port: number;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

export type OnvifQuestion = DiscoverQuestion | StreamsQuestion;

export type OnvifAnswer =
  | { readonly kind: "camera"; readonly camera: FoundCamera }
  | { readonly kind: "stream"; readonly stream: OfferedStream }
  | { readonly kind: "done" }
  /** In the words of the system or the camera; may hold whatever it chose to say. */
  | { readonly kind: "fault"; readonly message: string };
