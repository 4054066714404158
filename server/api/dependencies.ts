// What the HTTP interface needs from the rest of the server.
import type { Logger } from "pino";
import type { FeedListener } from "../alert/feed.ts";
import type { PeopleDesk } from "../people/desk.ts";
import type { Reach } from "./guard.ts";
import type { Repositories as StoreRepositories } from "../store/repositories.ts";

/** The parts of the repositories that are read, and the one that decides. */
export interface Repositories
  extends Pick<StoreRepositories, "counts" | "watchList" | "audit" | "people" | "sessions" | "apiTokens"> {
  readonly events: Pick<StoreRepositories["events"], "list" | "get" | "since">;
  readonly cases: StoreRepositories["cases"];
  readonly alerts: StoreRepositories["alerts"];
  readonly crowdSamples: StoreRepositories["crowdSamples"];
  readonly boxes: Pick<StoreRepositories["boxes"], "list">;
  readonly gaps: Pick<StoreRepositories["gaps"], "orders" | "missingByBox">;
  readonly evidence: StoreRepositories["evidence"];
  readonly forwards: Pick<StoreRepositories["forwards"], "list" | "replay">;
}

export interface ApiDependencies {
  readonly repositories: Repositories;
  readonly desk: PeopleDesk;
  /** How browsers reach it; default: this machine's loopback. */
  readonly reach?: Reach | undefined;
  /** PEM; with it the app speaks TLS itself. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  /** Whether one proxy in front says where requests came from. */
  readonly behindProxy?: boolean | undefined;
  /** Requests a minute and address that may try a password or a code; 20. */
  readonly attemptsPerMinute?: number | undefined;
  /** How often each open stream's right is asked again; 10 s. */
  readonly recheckMs?: number | undefined;
  /**
   * Calls the listener with each message, in order, until the function returned is called. The listener never throws.
   * While `wants` says no, it is spared events, and what other servers stored.
   */
  readonly feed: { subscribe(listener: FeedListener, wants: () => boolean): () => void };
  readonly log: Logger;
  /** Asks a box to send previews of a camera for a while (a lease; called again every 5 s). Never throws. */
  watch(box: string, camera: string): void;
  /** What the server waits for before it can work; each resolves false or rejects when it is away. */
  readonly ready: Readonly<Record<string, () => Promise<boolean>>>;
  /** Where a verified evidence file lies; absent where the server takes none. */
  readonly evidencePath?: ((sha256: string) => string) | undefined;
  /** The clock of forecasts and of codes; default: this machine's. */
  readonly now?: (() => Date) | undefined;
  /** Folder of the built screen; without it only the API answers. */
  readonly screenFolder?: string | undefined;
}
