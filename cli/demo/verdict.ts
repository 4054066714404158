// The figures of a demo check and whether they agree: what was produced arrived once, and what was due was forwarded.

export interface DemoFigures {
  readonly traffic_cases: number;
  readonly crowd_alerts: number;
  readonly face_matches: number;
  /** Events that the box's outbox accepted. */
  readonly produced: number;
  /** Events of this box in the database. */
  readonly stored: number;
  /** Events that the outbox released on the server's word. */
  readonly acknowledged: number;
  /** Evidence files that cases name, and those of them that the server has whole. */
  readonly evidence_named: number;
  readonly evidence_arrived: number;
  /** Traffic cases that the check confirmed. */
  readonly traffic_alerts_due: number;
  readonly face_matches_confirmed: number;
  /** Different messages at the receiver, each with a valid signature. */
  readonly forwarded: number;
  /** Messages that the receiver refused: a wrong signature, or a body it could not read. */
  readonly signatures_refused: number;
  /** Seconds from the start of the command, installing included, until the first event was stored. */
  readonly first_event_s: number | null;
  /** Most resident memory of the demo and all its children together. */
  readonly rss_mb: number;
}

/** Each condition that does not hold, in words; empty when the check passes. */
export function shortcomings(figures: DemoFigures): string[] {
  const { produced, stored, acknowledged, forwarded } = figures;
  const due = figures.traffic_alerts_due + figures.crowd_alerts + figures.face_matches_confirmed;
  const conditions: readonly [boolean, string][] = [
    [figures.traffic_cases > 0, "no traffic case"],
    [figures.crowd_alerts > 0, "no crowd alert"],
    [figures.face_matches > 0, "no face match"],
    [figures.traffic_alerts_due > 0, "no traffic case was confirmed"],
    [figures.face_matches_confirmed > 0, "no face match was confirmed"],
    [stored === produced, `${produced} events produced, ${stored} stored`],
    [acknowledged === produced, `${produced} events produced, ${acknowledged} acknowledged`],
    [figures.evidence_named > 0, "no evidence file was named"],
    [
      figures.evidence_arrived === figures.evidence_named,
      `${figures.evidence_named} evidence files named, ${figures.evidence_arrived} arrived`,
    ],
    [forwarded === due, `${due} messages due, ${forwarded} forwarded`],
    [
      figures.signatures_refused === 0,
      `${figures.signatures_refused} messages with a signature that does not verify`,
    ],
  ];
  return conditions.flatMap(([holds, fault]) => (holds ? [] : [fault]));
}
