// A short state in a coloured frame; the words carry the meaning, the colour only helps.
import type { ReactNode } from "react";
import "./badge.css";

export type Tone = "good" | "warn" | "bad" | "info" | "quiet";

interface BadgeProps {
  readonly tone: Tone;
  readonly children: ReactNode;
  readonly testId?: string;
  readonly title?: string;
  /** For tests and styles: the state as the wire calls it. */
  readonly state?: string;
}

export function Badge({ tone, children, testId, title, state }: BadgeProps) {
  return (
    <span className={`badge badge-${tone}`} data-testid={testId} data-state={state} title={title}>
      {children}
    </span>
  );
}
