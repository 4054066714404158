// Each edge box and whether it is connected.
import { useTranslation } from "react-i18next";
import { useConnection } from "../data/connection.ts";
import { useBoxes } from "../data/queries.ts";
import { formatMoment } from "../text/format.ts";
import { Badge } from "./badge.tsx";
import { Dot } from "./dot.tsx";
import "./box-chips.css";

export function BoxChips() {
  const { t } = useTranslation();
  const boxes = useBoxes();
  const { state } = useConnection();
  return (
    <ul className={state === "lost" ? "box-chips stale" : "box-chips"} aria-label={t("box.title")}>
      {(boxes.data ?? []).map(({ box, online, changed_at, version }) => (
        <li key={box}>
          <Badge
            tone={online ? "good" : "bad"}
            testId="box-state"
            state={online ? "online" : "offline"}
            title={`${box} ${version}: ${formatMoment(Date.parse(changed_at))}`}
          >
            <Dot />
            {box}: {online ? t("box.online") : t("box.offline")}
          </Badge>
        </li>
      ))}
    </ul>
  );
}
