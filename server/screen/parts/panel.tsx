// A titled part of the page with its own scrolling.
import type { ReactNode } from "react";
import "./panel.css";

interface PanelProps {
  readonly id: string;
  readonly title: string;
  /** Beside the title: a count, an age, a filter. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

export function Panel({ id, title, aside, children }: PanelProps) {
  return (
    <section className="panel" id={id} aria-labelledby={`${id}-title`} data-testid={id}>
      <header className="panel-head">
        <h2 className="panel-title" id={`${id}-title`}>
          {title}
        </h2>
        <div className="panel-aside">{aside}</div>
      </header>
      {/* Scrolls by keyboard too, so it must be reachable. */}
      <div className="panel-body" role="group" aria-labelledby={`${id}-title`} tabIndex={0}>
        {children}
      </div>
    </section>
  );
}
