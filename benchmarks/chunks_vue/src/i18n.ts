import { createI18n } from "vue-i18n";
import en, { type Messages } from "./locales/en";

export type Locale = "en" | "cy";

export const locales: Record<Locale, string> = { en: "English", cy: "Cymraeg" };

export const i18n = createI18n<[Messages], Locale, false>({
  legacy: false,
  locale: "en",
  fallbackLocale: "en",
  messages: { en } as Record<Locale, Messages>,
});

/** Fetches a language's texts when it is chosen for the first time. */
export async function switchTo(locale: Locale): Promise<void> {
  if (!i18n.global.availableLocales.includes(locale)) {
    const { default: messages } = await import("./locales/cy");
    i18n.global.setLocaleMessage(locale, messages);
  }
  i18n.global.locale.value = locale;
  document.documentElement.lang = locale === "en" ? "en-GB" : locale;
}
