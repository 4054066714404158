// One camera: its live picture with what was found in it, its counts, its state and the age of all that.
import { useTranslation } from "react-i18next";
import type { Camera } from "../../api/schemas.ts";
import { useLive } from "../data/live-store.ts";
import { useNow } from "../data/now.ts";
import { formatNumber } from "../text/format.ts";
import { currentLanguage } from "../text/language.ts";
import { nameOf } from "../text/name.ts";
import { Age } from "./age.tsx";
import { Badge, type Tone } from "./badge.tsx";
import { LineCounts } from "./line-counts.tsx";
import { LivePicture } from "./live-picture.tsx";
import { ZoneBar } from "./zone-bar.tsx";
import "./camera-card.css";

const LIVE_STALE_MS = 5_000;
type State = Camera["state"] | "offline";
const TONES: Readonly<Record<State, Tone>> = {
  starting: "warn",
  running: "good",
  reconnecting: "warn",
  failed: "bad",
  stopped: "quiet",
  offline: "bad",
};

export function CameraCard({ camera }: { readonly camera: Camera }) {
  const { t } = useTranslation();
  const live = useLive(`${camera.box}/${camera.camera}`);
  const stale = useNow() - (live?.atMs ?? 0) > LIVE_STALE_MS;
  const state: State = camera.box_online ? camera.state : "offline";
  const figures = live?.figures;
  return (
    <li className="camera" data-testid="camera" data-camera={camera.camera} data-stale={stale}>
      <LivePicture
        live={live}
        stale={stale}
        running={state === "running"}
        name={camera.place ?? camera.camera}
      />
      <div className="camera-text">
        <div className="camera-head">
          <h3 className="camera-name" title={`${camera.box} / ${camera.camera}`}>
            {camera.place ?? camera.camera}
          </h3>
          <Badge
            tone={TONES[state]}
            testId="camera-state"
            state={state}
            {...(camera.cause && { title: camera.cause })}
          >
            {t(`camera.state.${state}`)}
          </Badge>
        </div>
        <p className="camera-about muted">
          <span>{camera.products.map((product) => nameOf(t, "product", product)).join(", ")}</span>
          {figures !== undefined && (
            <span title={t("camera.dropped", { frames: figures.dropped })}>
              {t("camera.fps", { fps: formatNumber(figures.fps, currentLanguage(), 1) })}
            </span>
          )}
          <Age atMs={live?.atMs ?? 0} staleAfterMs={LIVE_STALE_MS} />
        </p>
        {figures !== undefined && (
          <div className={stale ? "camera-counts stale" : "camera-counts"}>
            {figures.zones.map((zone) => (
              <ZoneBar key={zone.zone} {...zone} />
            ))}
            <LineCounts counts={figures.counts} />
          </div>
        )}
      </div>
    </li>
  );
}
