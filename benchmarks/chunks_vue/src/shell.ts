import {
  Box,
  Clock,
  Connection,
  DataLine,
  Grid,
  House,
  MapLocation,
  Notebook,
  OfficeBuilding,
  PriceTag,
  Setting,
  Sort,
  Van,
} from "@element-plus/icons-vue";
import { ElIcon, ElTag } from "element-plus";
import "element-plus/es/components/icon/style/css";
import "element-plus/es/components/tag/style/css";
import { storeToRefs } from "pinia";
import { type Component, computed, defineComponent, h } from "vue";
import { useI18n } from "vue-i18n";
import { RouterLink, RouterView, useRoute } from "vue-router";
import { Toasts } from "./components/toasts";
import { onDuty } from "./data/staff";
import { usePreferences } from "./features/settings/preferences";
import { useWatchlist } from "./features/parcels/watchlist";
import styles from "./shell.module.css";

const links: ReadonlyArray<readonly [path: string, name: string, icon: Component]> = [
  ["/", "overview", House],
  ["/parcels", "parcels", Box],
  ["/scans", "scans", Clock],
  ["/depots", "depots", OfficeBuilding],
  ["/map", "map", MapLocation],
  ["/network", "network", Connection],
  ["/rounds", "rounds", Sort],
  ["/fleet", "fleet", Van],
  ["/yard", "yard", Grid],
  ["/tariffs", "tariffs", PriceTag],
  ["/performance", "performance", DataLine],
  ["/handbook", "handbook", Notebook],
  ["/settings", "settings", Setting],
];

const Navigation = defineComponent({
  name: "Navigation",
  setup() {
    const { t } = useI18n();
    const route = useRoute();
    const section = computed(() => `/${route.path.split("/")[1] ?? ""}`);
    return () =>
      h("nav", { class: styles.nav, "aria-label": "Sections" }, [
        h("div", { class: styles.brand }, [h("strong", t("brand.name")), h("small", t("brand.tagline"))]),
        links.map(([path, name, icon]) =>
          h(RouterLink, { key: path, to: path, class: [styles.link, section.value === path && styles.here] }, () => [
            h(ElIcon, () => h(icon)),
            h("span", t(`nav.${name}`)),
          ]),
        ),
      ]);
  },
});

const Header = defineComponent({
  name: "Header",
  setup() {
    const { t } = useI18n();
    const { size } = storeToRefs(useWatchlist());
    return () =>
      h("header", { class: styles.header }, [
        h(ElTag, { type: "info", effect: "plain" }, () => t("header.shift")),
        h("span", t("header.duty", { name: onDuty.name })),
        h(RouterLink, { to: "/parcels", class: styles.watched }, () => t("header.watched", { count: size.value })),
      ]);
  },
});

export const Shell = defineComponent({
  name: "Shell",
  setup() {
    const { density } = storeToRefs(usePreferences());
    return () =>
      h("div", { class: [styles.shell, density.value === "compact" && styles.compact] }, [
        h(Navigation),
        h("div", { class: styles.body }, [h(Header), h("main", { class: styles.main }, h(RouterView))]),
        h(Toasts),
      ]);
  },
});
