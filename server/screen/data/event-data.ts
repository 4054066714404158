// What the page shows of an event's data, which the wire leaves open: each value only if it is what it should be.

export interface EventFacts {
  readonly rule: string | undefined;
  /** What ails a camera's picture; a rule's own name is the scene's business. */
  readonly pictureFault: string | undefined;
  readonly zone: string | undefined;
  readonly line: string | undefined;
  readonly lane: string | undefined;
  readonly direction: string | undefined;
  readonly state: string | undefined;
  readonly withheld: string | undefined;
  readonly component: string | undefined;
  readonly cause: string | undefined;
  readonly class: string | undefined;
  readonly trackClass: string | undefined;
  readonly plate: string | undefined;
  readonly entryName: string | undefined;
  readonly score: number | undefined;
  readonly speedKmh: number | undefined;
  readonly persons: number | undefined;
  readonly count: number | undefined;
  readonly total: number | undefined;
  /** The breach in the law of its day, in both languages. */
  readonly offence: { readonly vi: string; readonly en: string; readonly source: string } | undefined;
}

function inside(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

export function readData(data: unknown): EventFacts {
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);
  const at = (key: string): unknown => inside(data, key);
  return {
    rule: text(at("rule")),
    pictureFault:
      at("rule") === "camera-health" || at("component") === "camera" ? text(at("name")) : undefined,
    zone: text(at("zone")),
    line: text(at("line")),
    lane: text(at("lane")),
    direction: text(at("direction")),
    state: text(at("state")),
    withheld: text(at("withheld")),
    component: text(at("component")),
    cause: text(at("cause")),
    class: text(at("class")),
    trackClass: text(inside(at("track"), "class")),
    plate: text(inside(at("plate"), "display")) ?? text(inside(at("plate"), "text")),
    entryName: text(inside(at("entry"), "name")),
    score: number(at("score")),
    speedKmh: number(at("speed_kmh")),
    persons: number(at("persons")),
    count: number(at("count")),
    total: number(at("total")),
    offence: offenceOf(at("offence")),
  };
}

function offenceOf(value: unknown): EventFacts["offence"] {
  const [vi, en, article, decree, amended] = ["vi", "en", "article", "decree", "amended_by"].map((key) => {
    const part = inside(value, key);
    return typeof part === "string" ? part : undefined;
  });
  if (vi === undefined || en === undefined || article === undefined || decree === undefined) return undefined;
  const source = `${article} NĐ ${decree}${amended === undefined ? "" : ` (NĐ ${amended})`}`;
  return { vi, en, source };
}
