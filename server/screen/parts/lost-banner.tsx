// Said across the page while the server cannot be heard.
import { useTranslation } from "react-i18next";
import { useConnection } from "../data/connection.ts";
import { Age } from "./age.tsx";
import "./lost-banner.css";

export function LostBanner() {
  const { t } = useTranslation();
  const { state, lastMessageMs } = useConnection();
  if (state !== "lost") return null;
  return (
    <p className="lost-banner" role="alert" data-testid="lost-banner">
      {t("connection.banner")} <Age atMs={lastMessageMs} staleAfterMs={0} />
    </p>
  );
}
