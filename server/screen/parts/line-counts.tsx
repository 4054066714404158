// Crossings of each line since the camera started, by direction and class.
import { useTranslation } from "react-i18next";
import type { LiveFigures } from "../data/live-store.ts";
import { formatNumber } from "../text/format.ts";
import { currentLanguage } from "../text/language.ts";
import { nameOf } from "../text/name.ts";
import "./line-counts.css";

type Count = LiveFigures["counts"][number];

function byLineAndDirection(counts: readonly Count[]): Map<string, Count[]> {
  const groups = new Map<string, Count[]>();
  for (const count of counts) {
    const key = `${count.line} ${count.direction}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [count]);
    else group.push(count);
  }
  return groups;
}

export function LineCounts({ counts }: { readonly counts: readonly Count[] }) {
  const { t } = useTranslation();
  const language = currentLanguage();
  const groups = byLineAndDirection(counts);
  if (groups.size === 0) return null;
  return (
    <dl className="lines" aria-label={t("camera.lines")}>
      {[...groups].map(([key, group]) => (
        <div key={key} className="line">
          <dt>
            {group[0]?.line} <span aria-hidden="true">{group[0]?.direction === "forward" ? "↑" : "↓"}</span>{" "}
            {nameOf(t, "direction", group[0]?.direction ?? "")}
          </dt>
          <dd data-testid="line-count" data-line={group[0]?.line} data-direction={group[0]?.direction}>
            {group.map(({ class: kind, total }) => (
              <span key={kind} title={nameOf(t, "class", kind)}>
                <strong>{formatNumber(total, language)}</strong> {nameOf(t, "class", kind)}
              </span>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
