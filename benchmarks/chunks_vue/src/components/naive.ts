import { type GlobalThemeOverrides, NConfigProvider } from "naive-ui";
import { defineComponent, h } from "vue";

const overrides: GlobalThemeOverrides = {
  common: {
    primaryColor: "#1f6feb",
    primaryColorHover: "#4a8bf0",
    primaryColorPressed: "#1a5cc4",
    borderRadius: "6px",
    fontFamily: 'system-ui, "Segoe UI", sans-serif',
  },
};

/** Naive UI's components in Relay's colours. */
export const Naive = defineComponent(
  (_, { slots }) =>
    () =>
      h(NConfigProvider, { themeOverrides: overrides, abstract: true }, slots),
  { name: "Naive" },
);
