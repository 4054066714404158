// Numbers, times and ages as people in Việt Nam write them, in either language.
import type { Language } from "./language.ts";

const LOCALE: Readonly<Record<Language, string>> = { vi: "vi-VN", en: "en-GB" };
const TIME_ZONE = "Asia/Ho_Chi_Minh";

export function formatNumber(value: number, language: Language, digits = 0): string {
  return new Intl.NumberFormat(LOCALE[language], { maximumFractionDigits: digits }).format(value);
}

/** HH:mm:ss in Việt Nam. */
export function formatClock(ms: number): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone: TIME_ZONE, timeStyle: "medium" }).format(ms);
}

/** dd/MM/yyyy HH:mm:ss in Việt Nam. */
export function formatMoment(ms: number): string {
  const date = new Intl.DateTimeFormat("en-GB", { timeZone: TIME_ZONE, dateStyle: "short" }).format(ms);
  return `${date} ${formatClock(ms)}`;
}

function largest(ms: number): [number, "second" | "minute" | "hour" | "day"] {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return [seconds, "second"];
  if (seconds < 3600) return [Math.floor(seconds / 60), "minute"];
  if (seconds < 86_400) return [Math.floor(seconds / 3600), "hour"];
  return [Math.floor(seconds / 86_400), "day"];
}

/** "3 giây trước", "3 sec. ago". */
export function formatAge(ms: number, language: Language): string {
  const [value, unit] = largest(ms);
  return new Intl.RelativeTimeFormat(LOCALE[language], { style: "short" }).format(-value, unit);
}

/** "3 phút", "3 min". */
export function formatDuration(ms: number, language: Language): string {
  const [value, unit] = largest(ms);
  return new Intl.NumberFormat(LOCALE[language], { style: "unit", unit, unitDisplay: "short" }).format(value);
}
