import { ElOption, ElRadioButton, ElRadioGroup, ElSelect } from "element-plus";
import "element-plus/es/components/option/style/css";
import "element-plus/es/components/radio-button/style/css";
import "element-plus/es/components/radio-group/style/css";
import "element-plus/es/components/select/style/css";
import { computed, defineComponent, h, reactive, ref } from "vue";
import { Legend } from "../components/legend";
import { Page } from "../components/page";
import { Panel, Panels } from "../components/panel";
import { depots } from "../data/depots";
import { lanes } from "../data/lanes";
import { type Arrangement, arrangements, Graph } from "../features/network/graph";
import { described, fastest } from "../features/network/routes";
import { regionColour } from "../helpers/colours";
import { minutesLong } from "../helpers/dates";
import { percent } from "../helpers/numbers";
import "./network.css";

export default defineComponent({
  name: "Network",
  setup() {
    const arrangement = ref<Arrangement>("cose");
    const chosen = ref(lanes[5]!.id);
    const ends = reactive({ from: "harwick", to: "penhallow" });
    const lane = computed(() => lanes.find(({ id }) => id === chosen.value));
    const way = computed(() => fastest(ends.from, ends.to));

    const tabs = () =>
      h(
        ElRadioGroup,
        { modelValue: arrangement.value, "onUpdate:modelValue": (value: unknown) => (arrangement.value = value as Arrangement) },
        () => Object.entries(arrangements).map(([value, name]) => h(ElRadioButton, { key: value, value }, () => name)),
      );
    const end = (name: "from" | "to") =>
      h(ElSelect, { modelValue: ends[name], "onUpdate:modelValue": (id: string) => (ends[name] = id), ariaLabel: name }, () =>
        depots.map((depot) => h(ElOption, { key: depot.id, value: depot.id, label: depot.name })),
      );
    const facts = () =>
      lane.value &&
      h("dl", { class: "network-facts" }, [
        h("dt", "Departures a day"),
        h("dd", lane.value.departures),
        h("dt", "On the road"),
        h("dd", minutesLong(lane.value.minutes)),
        h("dt", "Space used"),
        h("dd", percent(lane.value.fill)),
      ]);

    return () =>
      h(
        Page,
        { title: "Network", intro: "Trunk lanes; their colour says how full they are." },
        {
          actions: tabs,
          default: () => [
            h(
              Panel,
              { title: "Lanes", flush: true },
              {
                extra: () => h(Legend, { colours: regionColour }),
                default: () => h(Graph, { arrangement: arrangement.value, onLane: (id: string) => (chosen.value = id) }),
              },
            ),
            h(Panels, () => [
              h(Panel, { title: lane.value ? described([lane.value.from, lane.value.to]) : "Choose a lane" }, facts),
              h(Panel, { title: "Fastest way" }, () => [
                h("div", { class: "network-ends" }, [end("from"), "to", end("to")]),
                way.value && h("p", `${described(way.value.depots)}: ${minutesLong(way.value.minutes)}`),
              ]),
            ]),
          ],
        },
      );
  },
});
