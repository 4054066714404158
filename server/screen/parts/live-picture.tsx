// The camera's newest picture (heads already pixelated on the box) with the boxes found in the newest frame.
import { useTranslation } from "react-i18next";
import type { LiveView } from "../data/live-store.ts";
import { useNow } from "../data/now.ts";
import { nameOf } from "../text/name.ts";
import "./live-picture.css";

interface LivePictureProps {
  readonly live: LiveView | undefined;
  readonly stale: boolean;
  /** Whether a picture can be expected at all. */
  readonly running: boolean;
  readonly name: string;
}

/** A picture older than this no longer goes with the boxes. */
const PICTURE_STALE_MS = 5_000;
/** Corner labels beyond this many boxes would hide the picture. */
const MOST_LABELS = 12;

export function LivePicture({ live, stale, running, name }: LivePictureProps) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const picture = live?.picture;
  const { width, height } = live?.figures.picture ?? { width: 16, height: 9 };
  const boxes = stale ? [] : (live?.figures.boxes ?? []);
  const pictureStale = picture === undefined || nowMs - picture.atMs > PICTURE_STALE_MS;
  const unit = width / 100;
  return (
    <figure className="picture">
      {picture !== undefined && (
        <img
          className={pictureStale ? "stale" : ""}
          src={picture.url}
          alt={`${name}: ${t("camera.preview")}`}
        />
      )}
      <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        {boxes.map(({ id, class: kind, box: [x1 = 0, y1 = 0, x2 = 0, y2 = 0] }) => (
          <g key={`${kind}-${id}`} className={`found found-${kind}`}>
            <rect x={x1} y={y1} width={x2 - x1} height={y2 - y1} rx={unit * 0.6} strokeWidth={unit * 0.45} />
            {boxes.length <= MOST_LABELS && (
              <text x={x1} y={Math.max(unit * 3.4, y1 - unit)} fontSize={unit * 3.4}>
                {nameOf(t, "class", kind)} {id}
              </text>
            )}
          </g>
        ))}
      </svg>
      {(stale || pictureStale) && (
        <figcaption className="picture-note">
          {!running
            ? t("camera.noPicture")
            : live !== undefined && stale
              ? t("camera.stale")
              : t("camera.waiting")}
        </figcaption>
      )}
    </figure>
  );
}
