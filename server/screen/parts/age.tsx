// How old a figure is; beyond its limit it says so in words as well as in colour.
import { useTranslation } from "react-i18next";
import { useNow } from "../data/now.ts";
import { formatAge, formatMoment } from "../text/format.ts";
import { currentLanguage } from "../text/language.ts";
import "./age.css";

interface AgeProps {
  /** Browser clock, ms; 0: never. */
  readonly atMs: number;
  readonly staleAfterMs: number;
}

/** Ages below this are all "just now": a figure that is always fresh must not flicker. */
const JUST_NOW_MS = 3_000;

export function Age({ atMs, staleAfterMs }: AgeProps) {
  const { t } = useTranslation();
  const ageMs = useNow() - atMs;
  if (atMs === 0) return <span className="age age-stale">{t("age.never")}</span>;
  const stale = ageMs > staleAfterMs;
  const words = ageMs < JUST_NOW_MS ? t("age.now") : formatAge(ageMs, currentLanguage());
  return (
    <time
      className={stale ? "age age-stale" : "age"}
      dateTime={new Date(atMs).toISOString()}
      title={formatMoment(atMs)}
    >
      {words}
      {stale && <span className="visually-hidden">, {t("age.stale")}</span>}
    </time>
  );
}
