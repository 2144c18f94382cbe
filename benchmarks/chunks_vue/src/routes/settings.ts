import { NCheckbox, NCheckboxGroup, NForm, NFormItem, NRadioButton, NRadioGroup, NSelect, NSpace } from "naive-ui";
import { storeToRefs } from "pinia";
import { defineComponent, h } from "vue";
import { useI18n } from "vue-i18n";
import { Naive } from "../components/naive";
import { Page } from "../components/page";
import { Panel, Panels } from "../components/panel";
import { Pairing } from "../features/settings/pairing";
import { usePreferences } from "../features/settings/preferences";
import { WebhookForm } from "../features/settings/webhook-form";
import { locales, type Locale } from "../i18n";
import { label } from "../helpers/text";
import "./settings.css";

const languages = Object.entries(locales).map(([value, name]) => ({ value, label: name }));
const alertKinds = ["held", "late trunk", "belt stopped", "low charge"];

export default defineComponent({
  name: "Settings",
  setup() {
    const { t } = useI18n();
    const preferences = usePreferences();
    const { density, locale, alerts } = storeToRefs(preferences);

    const form = () =>
      h(NForm, { labelPlacement: "left", labelWidth: 90 }, () => [
        h(NFormItem, { label: t("settings.language") }, () =>
          h(NSelect, { options: languages, value: locale.value, onUpdateValue: (value: Locale) => preferences.speak(value) }),
        ),
        h(NFormItem, { label: t("settings.density") }, () =>
          h(
            NRadioGroup,
            { value: density.value, onUpdateValue: (value: "comfortable" | "compact") => (density.value = value) },
            () => ["comfortable", "compact"].map((value) => h(NRadioButton, { key: value, value }, () => label(value))),
          ),
        ),
        h(NFormItem, { label: t("settings.alerts") }, () =>
          h(NCheckboxGroup, { value: alerts.value, onUpdateValue: (value) => (alerts.value = value.map(String)) }, () =>
            h(NSpace, () => alertKinds.map((kind) => h(NCheckbox, { key: kind, value: kind }, () => label(kind)))),
          ),
        ),
      ]);

    return () =>
      h(Naive, () =>
        h(Page, { title: "Settings", intro: "Kept in this browser." }, () =>
          h(Panels, () => [
            h(Panel, { title: "Console" }, form),
            h(Panel, { title: "Pair a scanner" }, () => h(Pairing)),
            h(Panel, { title: "Webhook", wide: true }, () => h("div", { class: "settings-webhook" }, h(WebhookForm))),
          ]),
        ),
      );
  },
});
