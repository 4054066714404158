// All cameras with their pictures and counts.
import type { UseQueryResult } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Camera } from "../../api/schemas.ts";
import { CameraCard } from "./camera-card.tsx";
import { ListAge } from "./list-age.tsx";
import { Panel } from "./panel.tsx";
import { QueryState } from "./query-state.tsx";
import "./camera-grid.css";

/** From here on, cards are smaller, so that more cameras fit. */
const MANY = 6;

export function CameraGrid({ cameras }: { readonly cameras: UseQueryResult<Camera[]> }) {
  const { t } = useTranslation();
  return (
    <Panel id="cameras" title={t("camera.title")} aside={<ListAge readAtMs={cameras.dataUpdatedAt} />}>
      <QueryState query={cameras} empty={{ title: t("camera.empty"), hint: t("camera.emptyHint") }}>
        {(rows) => (
          <ul className={rows.length > MANY ? "camera-grid camera-grid-many" : "camera-grid"}>
            {rows.map((camera) => (
              <CameraCard key={`${camera.box}/${camera.camera}`} camera={camera} />
            ))}
          </ul>
        )}
      </QueryState>
    </Panel>
  );
}
