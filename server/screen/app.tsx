// The page: figures on top, then cameras, cases, and what happens.
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "./data/session.ts";
import { liveStore } from "./data/live-store.ts";
import { useCameras } from "./data/queries.ts";
import { useStream } from "./data/use-stream.ts";
import { AlertList } from "./parts/alert-list.tsx";
import { CameraGrid } from "./parts/camera-grid.tsx";
import { CaseQueue } from "./parts/case-queue.tsx";
import { EventFeed } from "./parts/event-feed.tsx";
import { FigureStrip } from "./parts/figure-strip.tsx";
import { Header } from "./parts/header.tsx";
import { LostBanner } from "./parts/lost-banner.tsx";
import { NoPermission } from "./parts/no-permission.tsx";
import "./app.css";

/** Pictures asked for at once: a wall shows the first ones, whoever has more cameras sees figures of the rest. */
const MOST_WATCHED = 12;

export function App() {
  const { t } = useTranslation();
  const cameras = useCameras();
  const seesCases = useMay("traffic.read", "face.read");
  const watches = useMay("camera.watch");
  const watched = useMemo(
    () =>
      (cameras.data ?? [])
        .filter((camera) => camera.box_online && watches)
        .slice(0, MOST_WATCHED)
        .map((camera) => `${camera.box}/${camera.camera}`),
    [cameras.data, watches],
  );
  useStream(watched);
  useEffect(() => {
    for (const { live } of cameras.data ?? []) if (live !== undefined) liveStore.seed(live);
  }, [cameras.data]);

  return (
    <div className="app">
      <a className="skip" href="#cases">
        {t("app.skip")}
      </a>
      <Header />
      <LostBanner />
      <main className="app-main">
        <FigureStrip />
        <CameraGrid cameras={cameras} />
        {seesCases ? <CaseQueue /> : <NoPermission id="cases" title={t("case.title")} />}
        <div className="app-side">
          <AlertList />
          <EventFeed />
        </div>
      </main>
    </div>
  );
}
