import { Plus } from "@element-plus/icons-vue";
import { ElButton, ElOption, ElProgress, ElSelect, ElTable, ElTableColumn, ElTag } from "element-plus";
import "element-plus/es/components/button/style/css";
import "element-plus/es/components/option/style/css";
import "element-plus/es/components/progress/style/css";
import "element-plus/es/components/select/style/css";
import "element-plus/es/components/table/style/css";
import "element-plus/es/components/table-column/style/css";
import "element-plus/es/components/tag/style/css";
import { computed, defineComponent, h, ref } from "vue";
import { useRouter } from "vue-router";
import { Chart } from "../components/chart";
import { DepotLink } from "../components/depot-link";
import { Legend } from "../components/legend";
import { Page } from "../components/page";
import { Panel } from "../components/panel";
import { Toolbar } from "../components/toolbar";
import { useDepots } from "../composables/use-depots";
import { type Depot, type Region, regions } from "../data/depots";
import { busiest, depotLoadChart } from "../features/charts/depot-load";
import { total, totals } from "../helpers/collections";
import { regionColour, strain } from "../helpers/colours";
import { day } from "../helpers/dates";
import { count } from "../helpers/numbers";
import { plural } from "../helpers/text";
import styles from "./depots.module.css";

const cell = (draw: (depot: Depot) => unknown) => ({ default: ({ row }: { row: Depot }) => draw(row) });

export default defineComponent({
  name: "Depots",
  setup() {
    const router = useRouter();
    const { data } = useDepots();
    const chosen = ref<Region[]>([]);
    const shown = computed(() =>
      (data.value ?? []).filter((depot) => !chosen.value.length || chosen.value.includes(depot.region)),
    );
    const bays = computed(() => total(shown.value, (depot) => depot.bays));
    const load = computed(() => depotLoadChart(shown.value));
    const staffed = computed(() =>
      totals(
        shown.value,
        (depot) => depot.region,
        (depot) => depot.staff,
      ),
    );

    const columns = () => [
      h(
        ElTableColumn,
        { label: "Depot", sortable: true, prop: "name", minWidth: 130 },
        cell(({ id }) => h(DepotLink, { id })),
      ),
      h(
        ElTableColumn,
        { label: "Region", minWidth: 110 },
        cell(({ region }) => h(ElTag, { color: `${regionColour[region]}22`, effect: "plain" }, () => region)),
      ),
      h(ElTableColumn, { label: "Bays", prop: "bays", sortable: true, align: "right", width: 100 }),
      h(ElTableColumn, { label: "Staff", prop: "staff", sortable: true, align: "right", width: 100 }),
      h(
        ElTableColumn,
        { label: "Parcels an hour", sortable: true, prop: "capacity", align: "right", width: 160 },
        cell(({ capacity }) => count(capacity)),
      ),
      h(
        ElTableColumn,
        { label: "Busiest hour", minWidth: 180 },
        cell((depot) =>
          h(ElProgress, { percentage: Math.min(100, busiest(depot)), color: strain(busiest(depot)), strokeWidth: 8 }),
        ),
      ),
      h(
        ElTableColumn,
        { label: "Opened", minWidth: 110 },
        cell(({ opened }) => day(opened)),
      ),
    ];
    const filter = () =>
      h(
        ElSelect,
        {
          class: styles.regions,
          multiple: true,
          collapseTags: true,
          placeholder: "All regions",
          modelValue: chosen.value,
          "onUpdate:modelValue": (value: Region[]) => (chosen.value = value),
        },
        () => regions.map((region) => h(ElOption, { key: region, value: region, label: region })),
      );
    const summary = () =>
      Object.entries(staffed.value).map(([region, people]) => h("span", { key: region }, `${region}: ${people} people`));

    return () =>
      h(
        Page,
        {
          title: "Depots",
          intro: `${plural(shown.value.length, "depot")}, ${plural(bays.value, "bay")}`,
        },
        {
          actions: () =>
            h(ElButton, { type: "primary", icon: Plus, onClick: () => router.push("/depots/new") }, () => "New depot"),
          default: () => [
            h(Toolbar, null, { default: filter, end: summary }),
            h(
              Panel,
              { title: "Share of what each can sort" },
              {
                default: () => h(Chart, { option: load.value, label: "Busiest hour by depot" }),
                extra: () => h(Legend, { colours: regionColour }),
              },
            ),
            h(Panel, { flush: true }, () => h(ElTable, { data: shown.value, rowKey: "id", stripe: true }, columns)),
          ],
        },
      );
  },
});
