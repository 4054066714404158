// People in a zone, against its capacity where it has one.
import { useTranslation } from "react-i18next";
import type { LiveFigures } from "../data/live-store.ts";
import { formatNumber } from "../text/format.ts";
import { currentLanguage } from "../text/language.ts";
import "./zone-bar.css";

/** From this share of the capacity on, the bar warns. */
const NEARLY_FULL = 0.8;

export function ZoneBar({ zone, persons, capacity }: LiveFigures["zones"][number]) {
  const { t } = useTranslation();
  const language = currentLanguage();
  const people = formatNumber(persons, language);
  const share = capacity === undefined ? 0 : persons / capacity;
  const level = share > 1 ? "over" : share >= NEARLY_FULL ? "near" : "calm";
  return (
    <div className={`zone zone-${level}`}>
      <p className="zone-text">
        <span className="zone-name">{zone}</span>
        <span>
          {level === "over" && <strong className="zone-over">{t("camera.over")} </strong>}
          <strong data-testid="live-count" data-zone={zone} data-persons={persons}>
            {capacity === undefined
              ? t("camera.people", { persons: people })
              : t("camera.capacity", { persons: people, capacity: formatNumber(capacity, language) })}
          </strong>
        </span>
      </p>
      {capacity !== undefined && (
        <div
          className="zone-bar"
          role="meter"
          aria-label={zone}
          aria-valuemin={0}
          aria-valuemax={capacity}
          aria-valuenow={Math.min(persons, capacity)}
          aria-valuetext={t("camera.capacity", { persons: people, capacity })}
        >
          <span style={{ inlineSize: `${Math.min(100, share * 100)}%` }} />
        </div>
      )}
    </div>
  );
}
