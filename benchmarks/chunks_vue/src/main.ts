import { VueQueryPlugin } from "@tanstack/vue-query";
import { createPinia } from "pinia";
import { createApp, h } from "vue";
import { RouterView } from "vue-router";
import "./styles/base.css";
import "./styles/element.css";
import { i18n } from "./i18n";
import { queries } from "./queries";
import { router } from "./router";

createApp({ name: "Relay", render: () => h(RouterView) })
  .use(createPinia())
  .use(i18n)
  .use(VueQueryPlugin, queries)
  .use(router)
  .mount("#app");
