import { useLocalStorage } from "@vueuse/core";
import { defineStore } from "pinia";
import { type Locale, switchTo } from "../../i18n";

export const usePreferences = defineStore("preferences", () => {
  const density = useLocalStorage<"comfortable" | "compact">("relay-density", "comfortable");
  const locale = useLocalStorage<Locale>("relay-locale", "en");
  const alerts = useLocalStorage<string[]>("relay-alerts", ["held", "late trunk"]);

  async function speak(chosen: Locale): Promise<void> {
    await switchTo(chosen);
    locale.value = chosen;
  }

  if (locale.value !== "en") void switchTo(locale.value);
  return { density, locale, alerts, speak };
});
