// The page's header: whose screen this is, how it is connected, and how it is to be read.
import { useTranslation } from "react-i18next";
import { useNow } from "../data/now.ts";
import { useTheme } from "../data/theme.ts";
import { formatMoment } from "../text/format.ts";
import { chooseLanguage, currentLanguage } from "../text/language.ts";
import { BoxChips } from "./box-chips.tsx";
import { ConnectionBadge } from "./connection-badge.tsx";
import { Logo } from "./logo.tsx";
import { SignedIn } from "./signed-in.tsx";
import "./header.css";

export function Header() {
  const { t } = useTranslation();
  const nowMs = useNow();
  const [theme, chooseTheme] = useTheme();
  const other = currentLanguage() === "vi" ? "en" : "vi";
  return (
    <header className="header">
      <Logo />
      <h1 className="header-name">{t("app.name")}</h1>
      <span className="header-tagline muted">{t("app.tagline")}</span>
      <BoxChips />
      <div className="header-end">
        <time className="header-clock" dateTime={new Date(nowMs).toISOString()} title={t("header.clock")}>
          {formatMoment(nowMs)}
        </time>
        <ConnectionBadge />
        <button
          type="button"
          className="button button-quiet"
          lang={other}
          data-testid="language-switch"
          title={t("header.languageWhy")}
          onClick={() => chooseLanguage(other)}
        >
          {t("header.language")}
        </button>
        <button
          type="button"
          className="button button-quiet"
          data-testid="theme-switch"
          onClick={() => chooseTheme(theme === "dark" ? "light" : "dark")}
        >
          <span aria-hidden="true">{theme === "dark" ? "☀" : "☾"}</span>
          {theme === "dark" ? t("header.light") : t("header.dark")}
        </button>
        <SignedIn />
      </div>
    </header>
  );
}
