import { ElButton, ElForm, ElInput, ElInputNumber, ElOption, ElSelect } from "element-plus";
import "element-plus/es/components/button/style/css";
import "element-plus/es/components/form/style/css";
import "element-plus/es/components/input/style/css";
import "element-plus/es/components/input-number/style/css";
import "element-plus/es/components/option/style/css";
import "element-plus/es/components/select/style/css";
import L from "leaflet";
import { useForm } from "vee-validate";
import { computed, defineComponent, h } from "vue";
import { useRouter } from "vue-router";
import { Field } from "../components/field";
import { MapView } from "../components/map-view";
import { Page } from "../components/page";
import { Panel } from "../components/panel";
import { useNotify } from "../composables/use-notify";
import { depots, regions } from "../data/depots";
import { depotMarker, drawDistricts } from "../features/depots/depot-map";
import { distance } from "../helpers/geo";
import { count } from "../helpers/numbers";
import { depotForm } from "../helpers/schemas";
import { slug } from "../helpers/text";
import styles from "./new-depot.module.css";

const initialValues = { name: "", bays: 6, latitude: 54.3, longitude: -1.9 };

export default defineComponent({
  name: "NewDepot",
  setup() {
    const router = useRouter();
    const notify = useNotify();
    const { handleSubmit, setFieldValue, values } = useForm({ validationSchema: depotForm, initialValues });
    const closest = computed(() =>
      Math.min(...depots.map((depot) => distance(depot.position, [values.latitude ?? 0, values.longitude ?? 0]))),
    );
    const save = handleSubmit(async (depot) => {
      notify(`${depot.name} is planned as “${slug(depot.name)}”.`);
      await router.push("/depots");
    });

    const draw = (map: L.Map) => {
      drawDistricts(map);
      for (const depot of depots) depotMarker(depot).addTo(map);
      const site = L.circleMarker([initialValues.latitude, initialValues.longitude], {
        radius: 10,
        color: "#d64545",
        fillOpacity: 0.5,
      }).addTo(map);
      map.on("click", ({ latlng }) => {
        site.setLatLng(latlng);
        setFieldValue("latitude", Number(latlng.lat.toFixed(3)));
        setFieldValue("longitude", Number(latlng.lng.toFixed(3)));
      });
    };
    const fields = () => [
      h(Field, { name: "name", label: "Name", input: (bound) => h(ElInput, { ...bound }) }),
      h(Field, {
        name: "region",
        label: "Region",
        input: (bound) =>
          h(ElSelect, { ...bound, placeholder: "Choose" }, () =>
            regions.map((region) => h(ElOption, { key: region, value: region, label: region })),
          ),
      }),
      h(Field, { name: "bays", label: "Bays", input: (bound) => h(ElInputNumber, { ...bound, min: 0, max: 60 }) }),
      h(Field, {
        name: "latitude",
        label: "Latitude",
        input: (bound) => h(ElInputNumber, { ...bound, step: 0.01, precision: 3 }),
      }),
      h(Field, {
        name: "longitude",
        label: "Longitude",
        input: (bound) => h(ElInputNumber, { ...bound, step: 0.01, precision: 3 }),
      }),
      h("p", { class: styles.hint }, `${count(closest.value)} km from the nearest depot`),
      h(ElButton, { type: "primary", onClick: save }, () => "Plan it"),
    ];

    return () =>
      h(Page, { title: "New depot", intro: "Fill in the form, or click where it shall stand." }, () =>
        h("div", { class: styles.columns }, [
          h(Panel, () => h(ElForm, { labelPosition: "top" }, fields)),
          h(Panel, { flush: true }, () =>
            h("div", { class: styles.map }, h(MapView, { centre: [54.3, -1.6], zoom: 8, draw, label: "Where the depot stands" })),
          ),
        ]),
      );
  },
});
