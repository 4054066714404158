// The screen's language: Vietnamese unless the reader chose English before.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { en } from "./en.ts";
import { vi } from "./vi.ts";

export const LANGUAGES = ["vi", "en"] as const;
export type Language = (typeof LANGUAGES)[number];
const STORED_UNDER = "ngatu.language";

export function currentLanguage(): Language {
  return i18next.language === "en" ? "en" : "vi";
}

export function chooseLanguage(language: Language): void {
  localStorage.setItem(STORED_UNDER, language);
  void i18next.changeLanguage(language);
}

i18next.on("languageChanged", (language) => {
  document.documentElement.lang = language;
});
void i18next.use(initReactI18next).init({
  resources: { vi: { translation: vi }, en: { translation: en } },
  lng: localStorage.getItem(STORED_UNDER) === "en" ? "en" : "vi",
  fallbackLng: "vi",
  // React escapes by itself; no text comes from a server, so it is there at once.
  interpolation: { escapeValue: false },
  initAsync: false,
});
