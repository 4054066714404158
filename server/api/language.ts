// The reader's language, from the Accept-Language header.

export const LANGUAGES = ["vi", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The best of our languages by quality value (RFC 9110 §12.5.4); Vietnamese when the header names none of them. */
export function readerLanguage(acceptLanguage: string | undefined): Language {
  let best: Language = "vi";
  let bestQuality = 0;
  for (const range of (acceptLanguage ?? "").slice(0, 500).split(",")) {
    const [tag = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const language = LANGUAGES.find((name) => tag === name || tag.startsWith(`${name}-`));
    if (language === undefined) continue;
    const written = parameters.find((parameter) => parameter.startsWith("q="));
    const quality = written === undefined ? 1 : Number(written.slice(2));
    if (quality > bestQuality) {
      best = language;
      bestQuality = quality;
    }
  }
  return best;
}
