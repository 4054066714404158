// One key figure with its name, note and age.
import { useTranslation } from "react-i18next";
import { useNow } from "../data/now.ts";
import { formatNumber } from "../text/format.ts";
import { currentLanguage } from "../text/language.ts";
import { Age } from "./age.tsx";
import "./figure.css";

interface FigureProps {
  readonly name: "people" | "pending" | "alerts" | "events" | "forwarded" | "boxes";
  /** Undefined while unknown. */
  readonly value: number | undefined;
  readonly of?: number | undefined;
  readonly tone?: "warn" | "bad" | undefined;
  readonly note: string;
  readonly atMs: number;
  readonly staleAfterMs: number;
}

export function Figure({ name, value, of, tone, note, atMs, staleAfterMs }: FigureProps) {
  const { t } = useTranslation();
  const stale = useNow() - atMs > staleAfterMs;
  const language = currentLanguage();
  return (
    <div className={tone === undefined ? "figure" : `figure figure-${tone}`} data-testid={`figure-${name}`}>
      <p className="figure-name">{t(`figure.${name}`)}</p>
      <p className={stale ? "figure-value stale" : "figure-value"} data-testid={`figure-${name}-value`}>
        {value === undefined ? "–" : formatNumber(value, language)}
        {of !== undefined && <span className="figure-of"> / {formatNumber(of, language)}</span>}
      </p>
      <p className="figure-foot">
        <span className="figure-note muted" title={note}>
          {note}
        </span>
        <Age atMs={atMs} staleAfterMs={staleAfterMs} />
      </p>
    </div>
  );
}
