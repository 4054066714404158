// The page of somebody whose roles show none of it.
import { useTranslation } from "react-i18next";
import { Header } from "./header.tsx";
import { NoPermission } from "./no-permission.tsx";

export function Closed() {
  const { t } = useTranslation();
  return (
    <div className="app">
      <Header />
      <main className="app-main">
        <NoPermission id="closed" title={t("app.tagline")} />
      </main>
    </div>
  );
}
