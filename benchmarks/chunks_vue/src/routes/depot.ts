import { ElDescriptions, ElDescriptionsItem, ElTabPane, ElTabs } from "element-plus";
import "element-plus/es/components/descriptions/style/css";
import "element-plus/es/components/descriptions-item/style/css";
import "element-plus/es/components/tab-pane/style/css";
import "element-plus/es/components/tabs/style/css";
import { defineComponent, h, ref } from "vue";
import { MapView } from "../components/map-view";
import { Metric, Metrics } from "../components/metric";
import { Missing } from "../components/missing";
import { Page } from "../components/page";
import { Panel, Panels } from "../components/panel";
import { Prose } from "../components/prose";
import { Rail } from "../components/rail";
import { TrendLine } from "../components/trend-line";
import { useDepot } from "../composables/use-depots";
import { type Depot, depotOf, depots, hourlyLoad } from "../data/depots";
import { depotMarker, drawDistricts } from "../features/depots/depot-map";
import { tasksOf } from "../features/depots/tasks";
import { day } from "../helpers/dates";
import { distance } from "../helpers/geo";
import { count } from "../helpers/numbers";
import { movingMean } from "../helpers/statistics";
import "./depot.css";

function nearest(depot: Depot) {
  return depots
    .filter((other) => other.id !== depot.id)
    .map((other) => ({ other, away: distance(depot.position, other.position) }))
    .sort((one, two) => one.away - two.away)
    .slice(0, 4);
}

function place(depot: Depot) {
  return h("div", { class: "depot-map" }, [
    h(MapView, {
      centre: depot.position,
      zoom: 9,
      label: `Map around ${depot.name}`,
      draw: (map) => {
        drawDistricts(map);
        for (const other of depots) depotMarker(other, other.id === depot.id).addTo(map);
      },
    }),
  ]);
}

function facts(depot: Depot) {
  return h(ElDescriptions, { column: 1, border: true }, () => [
    h(ElDescriptionsItem, { label: "Region" }, () => depot.region),
    h(ElDescriptionsItem, { label: "Opened" }, () => day(depot.opened)),
    ...nearest(depot).map(({ other, away }) => h(ElDescriptionsItem, { label: `To ${other.name}` }, () => `${count(away)} km`)),
  ]);
}

export default defineComponent({
  name: "Depot",
  props: { id: { type: String, required: true } },
  setup(props) {
    const { data: depot } = useDepot(() => props.id);
    const tab = ref<string | number>("load");
    const hours = (hour: number) => `${String(hour).padStart(2, "0")}:00`;

    const load = (found: Depot) => {
      const parcels = hourlyLoad(found);
      return h(TrendLine, {
        series: { "Parcels an hour": parcels, "Three hours": movingMean(parcels, 3).map(Math.round) },
        tick: hours,
        height: 240,
      });
    };
    const content = (found: Depot) => [
      h(Metrics, () => [
        h(Metric, { label: "Bays", value: found.bays }),
        h(Metric, { label: "Staff", value: found.staff }),
        h(Metric, { label: "Parcels an hour", value: found.capacity }),
      ]),
      h(Rail, {
        cards: tasksOf(found).map((task) =>
          h("div", { key: task.name, class: "depot-task" }, [h("strong", task.name), h("p", task.text)]),
        ),
      }),
      h(Panels, () => [
        h(Panel, { wide: true }, () =>
          h(ElTabs, { modelValue: tab.value, "onUpdate:modelValue": (name: string | number) => (tab.value = name) }, () => [
            h(ElTabPane, { name: "load", label: "Load" }, () => load(found)),
            h(ElTabPane, { name: "notice", label: "Notice", lazy: true }, () => h(Prose, { markdown: found.notice })),
          ]),
        ),
        h(Panel, { title: "Where it is", flush: true }, () => place(found)),
        h(Panel, { title: "Facts" }, () => facts(found)),
      ]),
    ];

    return () =>
      h(Page, { title: `Depot ${depotOf(props.id)?.name ?? props.id}` }, () => [
        depot.value === null && h(Missing, { what: `depot ${props.id}`, back: "/depots" }),
        depot.value && h("div", { key: props.id, class: "depot" }, content(depot.value)),
      ]);
  },
});
