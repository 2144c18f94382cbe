import { Van } from "@element-plus/icons-vue";
import { defineComponent, h } from "vue";
import { drivers } from "../../data/staff";
import type { Vehicle } from "../../data/vehicles";
import { kilograms } from "../../helpers/numbers";
import styles from "./vehicle-card.module.css";

export const VehicleCard = defineComponent(
  (props: { vehicle: Vehicle }) => () => {
    const { plate, model, driver, charge, payload } = props.vehicle;
    return h("article", { class: styles.card }, [
      h(Van, { class: styles.icon }),
      h("strong", { class: styles.plate }, plate),
      h("span", model),
      h("span", { class: styles.faint }, drivers.find((employee) => employee.id === driver)?.name),
      h("span", { class: styles.faint }, `${charge} % · up to ${kilograms(payload)}`),
    ]);
  },
  { name: "VehicleCard", props: ["vehicle"] },
);
