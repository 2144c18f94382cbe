import { ElCheckbox, ElDrawer, ElProgress } from "element-plus";
import "element-plus/es/components/checkbox/style/css";
import "element-plus/es/components/drawer/style/css";
import "element-plus/es/components/progress/style/css";
import type { Map as LeafletMap } from "leaflet";
import { defineComponent, h, onBeforeUnmount, reactive, shallowRef, watch } from "vue";
import { Legend } from "../components/legend";
import { MapView } from "../components/map-view";
import { Page } from "../components/page";
import { Panel } from "../components/panel";
import { drawNetwork, type Layers } from "../features/map/layers";
import { type Van, vans } from "../features/map/vans";
import { palette, strain } from "../helpers/colours";
import { distance } from "../helpers/geo";
import { count } from "../helpers/numbers";
import { plural } from "../helpers/text";
import styles from "./live-map.module.css";

const meaning = { "Room to spare": palette[2], Filling: palette[1], "Nearly full": palette[4] };

export default defineComponent({
  name: "LiveMap",
  setup() {
    const shown = reactive({ lanes: true, vans: true });
    const chosen = shallowRef<Van>();
    const layers = shallowRef<Layers>();
    let map: LeafletMap | undefined;
    const draw = (drawn: LeafletMap) => {
      map = drawn;
      layers.value = drawNetwork(drawn, (van) => (chosen.value = van));
    };
    watch(shown, () => {
      for (const name of ["lanes", "vans"] as const) {
        const layer = layers.value?.[name];
        if (map && layer) shown[name] ? layer.addTo(map) : layer.removeFrom(map);
      }
    });
    onBeforeUnmount(() => layers.value?.stop());

    const switches = () =>
      (["lanes", "vans"] as const).map((name) =>
        h(ElCheckbox, {
          key: name,
          label: name === "lanes" ? "Lanes" : "Vans",
          modelValue: shown[name],
          "onUpdate:modelValue": (value: unknown) => (shown[name] = Boolean(value)),
        }),
      );
    const drawer = (van: Van) =>
      h(ElDrawer, { modelValue: true, title: van.plate, size: 320, onClose: () => (chosen.value = undefined) }, () => [
        h("p", `${count(distance(van.from, van.to) * (1 - van.progress))} km to go`),
        h(ElProgress, { percentage: van.fill, color: strain(van.fill) }),
      ]);

    return () =>
      h(
        Page,
        { title: "Live map", intro: `${plural(vans.length, "van")} between depots` },
        {
          actions: switches,
          default: () => [
            h(
              Panel,
              { title: "The area", flush: true },
              {
                extra: () => h(Legend, { colours: meaning }),
                default: () =>
                  h(
                    "div",
                    { class: styles.map },
                    h(MapView, { centre: [54.3, -1.6], zoom: 8.5, draw, label: "Depots, lanes and vans" }),
                  ),
              },
            ),
            chosen.value && drawer(chosen.value),
          ],
        },
      );
  },
});
