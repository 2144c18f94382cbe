import { ElTag } from "element-plus";
import "element-plus/es/components/tag/style/css";
import { storeToRefs } from "pinia";
import { computed, defineComponent, h } from "vue";
import { Legend } from "../components/legend";
import { Page } from "../components/page";
import { Panel, Panels } from "../components/panel";
import { vehicles } from "../data/vehicles";
import { VehicleCard } from "../features/fleet/vehicle-card";
import { kindColour } from "../features/yard/layout";
import { YardStage } from "../features/yard/stage";
import { useYard } from "../features/yard/yard";
import { plural } from "../helpers/text";
import styles from "./yard.module.css";

const meaning = { "Loading bay": kindColour.bay, Charger: kindColour.charger, Parking: kindColour.parking };

export default defineComponent({
  name: "YardPlan",
  setup() {
    const { chosen, free, places } = storeToRefs(useYard());
    const vehicle = computed(() => vehicles.find(({ plate }) => plate === chosen.value));
    return () =>
      h(
        Page,
        { title: "Yard plan", intro: `${plural(places.value.size, "van")}, ${plural(free.value.length, "free slot")}` },
        () => [
          h(
            Panel,
            { title: "Harwick, seen from above" },
            { default: () => h(YardStage), extra: () => h(Legend, { colours: meaning }) },
          ),
          h(Panels, () => [
            h(Panel, { title: "Chosen van" }, () =>
              vehicle.value
                ? h(VehicleCard, { vehicle: vehicle.value })
                : h("p", { class: styles.none }, "Click a van, or drag it."),
            ),
            h(Panel, { title: "Free" }, () =>
              h(
                "div",
                { class: styles.free },
                free.value.map((slot) =>
                  h(ElTag, { key: slot.id, type: slot.kind === "charger" ? "success" : "info" }, () => slot.id),
                ),
              ),
            ),
          ]),
        ],
      );
  },
});
