// `ngatu demo --check`: plays the officer over the HTTP interface, then compares what every stage says.
import { setTimeout as sleep } from "node:timers/promises";
import { type SessionHeaders, signIn } from "./session.ts";
import type { DemoSystem } from "./system.ts";
import type { Case, CasePage, EventPage } from "../../server/api/schemas.ts";

const POLL_MS = 500;
const REQUEST_TIMEOUT_MS = 10_000;
const PAGE = 200;

/** What the check did: cases it confirmed, by kind. */
export interface Confirmed {
  readonly traffic: number;
  readonly face: number;
}

/** What is in the store, read through the interface. */
export interface StoredFigures {
  readonly trafficCases: number;
  readonly faceMatches: number;
  readonly crowdOpened: number;
  /** Events of every type. */
  readonly all: number;
  /** Evidence files that cases name, and those of them that have arrived. */
  readonly evidenceNamed: number;
  readonly evidenceArrived: number;
}

/** The interface as the check uses it. */
export class DemoOfficer {
  readonly #base: string;
  readonly #session: SessionHeaders;
  readonly #confirmed = { traffic: 0, face: 0 };

  private constructor(serverUrl: string, session: SessionHeaders) {
    this.#base = new URL("/api/v1", serverUrl).href;
    this.#session = session;
  }

  static async signIn({ url, person }: Pick<DemoSystem, "url" | "person">): Promise<DemoOfficer> {
    return new DemoOfficer(url, await signIn(url, person));
  }

  get confirmed(): Confirmed {
    return { ...this.#confirmed };
  }

  /**
   * Confirms cases as they come until one of each kind is confirmed and a crowd alert has opened, or until `deadlineMs`;
   * with `untilEnd` until then in any case.
   */
  async work(deadlineMs: number, signal: AbortSignal, { untilEnd = false } = {}): Promise<void> {
    while (Date.now() < deadlineMs) {
      const { items } = await this.#get<CasePage>(`/cases?state=new&limit=${PAGE}`, signal);
      for (const item of items) await this.#confirm(item, signal);
      if (!untilEnd && (await this.#sawEachKind(signal))) return;
      await sleep(POLL_MS, undefined, { signal });
    }
  }

  async #sawEachKind(signal: AbortSignal): Promise<boolean> {
    const { traffic, face } = this.#confirmed;
    return traffic > 0 && face > 0 && (await this.#count("vn.ngatu.crowd.alert.v1", isOpened, signal)) > 0;
  }

  async stored(signal: AbortSignal): Promise<StoredFigures> {
    const evidence = await this.#evidence(signal);
    return {
      ...evidence,
      all: await this.#count(undefined, () => true, signal),
      trafficCases: await this.#count("vn.ngatu.traffic.case.v1", () => true, signal),
      faceMatches: await this.#count("vn.ngatu.face.match.v1", () => true, signal),
      crowdOpened: await this.#count("vn.ngatu.crowd.alert.v1", isOpened, signal),
    };
  }

  async #confirm({ id, kind }: Case, signal: AbortSignal): Promise<void> {
    const response = await this.#request(`/cases/${id}/decision`, signal, { decision: "confirm" });
    if (response.ok) this.#confirmed[kind] += 1;
    else if (response.status !== 409) throw new Error(`confirming case ${id} answered ${response.status}`);
  }

  /** Events of a type, or of all, whose data count. */
  async #count(
    type: string | undefined,
    counts: (data: unknown) => boolean,
    signal: AbortSignal,
  ): Promise<number> {
    const only = type === undefined ? "" : `type=${type}&`;
    let count = 0;
    let before: string | undefined;
    do {
      const mark = before === undefined ? "" : `&before=${encodeURIComponent(before)}`;
      const page = await this.#get<EventPage>(`/events?${only}limit=${PAGE}${mark}`, signal);
      count += page.items.filter(({ data }) => counts(data)).length;
      before = page.next;
    } while (before !== undefined);
    return count;
  }

  async #evidence(signal: AbortSignal): Promise<{ evidenceNamed: number; evidenceArrived: number }> {
    const files = [];
    let before: string | undefined;
    do {
      const mark = before === undefined ? "" : `&before=${encodeURIComponent(before)}`;
      const page = await this.#get<CasePage>(`/cases?limit=${PAGE}${mark}`, signal);
      files.push(...page.items.flatMap(({ evidence }) => evidence));
      before = page.next;
    } while (before !== undefined);
    const evidenceArrived = files.filter((file) => file.arrived_at !== undefined).length;
    return { evidenceNamed: files.length, evidenceArrived };
  }

  async #get<T>(path: string, signal: AbortSignal): Promise<T> {
    const response = await this.#request(path, signal);
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return (await response.json()) as T;
  }

  async #request(path: string, signal: AbortSignal, body?: object): Promise<Response> {
    // Not AbortSignal.timeout(): Node 20 lets one inside AbortSignal.any() be collected, and then it never comes.
    const late = new AbortController();
    setTimeout(() => late.abort(), REQUEST_TIMEOUT_MS).unref();
    return fetch(`${this.#base}${path}`, {
      signal: AbortSignal.any([signal, late.signal]),
      headers: this.#session,
      ...(body !== undefined && {
        method: "POST",
        headers: { ...this.#session, "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
  }
}

function isOpened(data: unknown): boolean {
  return typeof data === "object" && data !== null && "state" in data && data.state === "opened";
}
