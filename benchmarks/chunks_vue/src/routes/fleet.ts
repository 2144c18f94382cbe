import { NDataTable, NInput, NSwitch } from "naive-ui";
import { computed, defineComponent, h, ref } from "vue";
import { Metric, Metrics } from "../components/metric";
import { Naive } from "../components/naive";
import { Page } from "../components/page";
import { Panel } from "../components/panel";
import { Rail } from "../components/rail";
import { Toolbar } from "../components/toolbar";
import { TrendLine } from "../components/trend-line";
import { useSearch } from "../composables/use-search";
import { daysAgo } from "../data/clock";
import { energyUse, type Vehicle, vehicles } from "../data/vehicles";
import { fleetColumns } from "../features/fleet/columns";
import { VehicleCard } from "../features/fleet/vehicle-card";
import { tally } from "../helpers/collections";
import { weekday } from "../helpers/dates";
import { label } from "../helpers/text";
import "./fleet.css";

const energy = energyUse();

export default defineComponent({
  name: "Fleet",
  setup() {
    const text = ref("");
    const lowOnly = ref(false);
    const rows = computed(() => vehicles.filter((vehicle) => !lowOnly.value || vehicle.charge < 40));
    const shown = useSearch<Vehicle>(rows, text, ["plate", "model", "depot"]);
    const lowest = computed(() =>
      vehicles
        .filter((vehicle) => vehicle.state !== "workshop")
        .toSorted((one, two) => one.charge - two.charge)
        .slice(0, 10),
    );

    const filters = () => [
      h(NInput, {
        class: "fleet-find",
        value: text.value,
        placeholder: "Plate, model or depot",
        clearable: true,
        onUpdateValue: (value: string) => (text.value = value),
      }),
      h("label", { class: "fleet-low" }, [
        h(NSwitch, { value: lowOnly.value, onUpdateValue: (value: boolean) => (lowOnly.value = value) }),
        "Charge below 40 %",
      ]),
    ];

    return () =>
      h(Naive, () =>
        h(Page, { title: "Fleet", intro: `${vehicles.length} vehicles` }, () => [
          h(Metrics, () =>
            tally(vehicles, (vehicle) => vehicle.state).map(({ key, count }) =>
              h(Metric, { key, label: label(key), value: count }),
            ),
          ),
          h(Panel, { title: "To be charged first" }, () =>
            h(Rail, { cards: lowest.value.map((vehicle) => h(VehicleCard, { key: vehicle.plate, vehicle })) }),
          ),
          h(Panel, { title: "Energy by day, kWh" }, () =>
            h(TrendLine, {
              series: { Energy: energy },
              tick: (place) => weekday(daysAgo(energy.length - 1 - place)),
              height: 180,
            }),
          ),
          h(Toolbar, filters),
          h(NDataTable, {
            columns: fleetColumns,
            data: [...shown.value],
            rowKey: (vehicle: Vehicle) => vehicle.plate,
            size: "small",
            pagination: { pageSize: 12 },
          }),
        ]),
      );
  },
});
