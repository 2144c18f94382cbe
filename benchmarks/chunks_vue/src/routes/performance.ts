import { ElSlider, ElTable, ElTableColumn } from "element-plus";
import "element-plus/es/components/slider/style/css";
import "element-plus/es/components/table/style/css";
import "element-plus/es/components/table-column/style/css";
import { computed, defineComponent, h, ref } from "vue";
import { Chart } from "../components/chart";
import { ExportButton } from "../components/export-button";
import { Metric, Metrics } from "../components/metric";
import { Page } from "../components/page";
import { Panel, Panels } from "../components/panel";
import { useServiceDays } from "../composables/use-service-days";
import type { Day } from "../data/service-levels";
import { inTimeChart } from "../features/charts/in-time";
import { lateShareChart } from "../features/charts/late-share";
import { punctualityChart } from "../features/charts/punctuality";
import { volumeChart } from "../features/charts/volume";
import { total } from "../helpers/collections";
import { weekday } from "../helpers/dates";
import { count, percent } from "../helpers/numbers";
import "./performance.css";

const late = (day: Day) => (day.late / day.delivered) * 100;
const inTime = inTimeChart();
const spread = punctualityChart();

export default defineComponent({
  name: "Performance",
  setup() {
    const length = ref(28);
    const days = useServiceDays(length);
    const delivered = computed(() => total(days.value, (day) => day.delivered));
    const share = computed(() => (delivered.value ? (total(days.value, (day) => day.late) / delivered.value) * 100 : 0));
    const volume = computed(() => volumeChart(days.value));
    const gauge = computed(() => lateShareChart(share.value));
    const worst = computed(() => [...days.value].sort((one, two) => late(two) - late(one)).slice(0, 6));

    const range = () =>
      h(ElSlider, {
        class: "performance-range",
        min: 7,
        max: 42,
        step: 7,
        showStops: true,
        modelValue: length.value,
        "onUpdate:modelValue": (value: unknown) => (length.value = Number(value)),
        ariaLabel: "Days",
      });
    const worstDays = () =>
      h(ElTable, { data: worst.value, size: "small" }, () => [
        h(ElTableColumn, { label: "Day" }, { default: ({ row }: { row: Day }) => weekday(row.date) }),
        h(ElTableColumn, { label: "Delivered", align: "right" }, { default: ({ row }: { row: Day }) => count(row.delivered) }),
        h(ElTableColumn, { label: "Late", align: "right" }, { default: ({ row }: { row: Day }) => percent(late(row)) }),
      ]);

    return () =>
      h(
        Page,
        { title: "Performance", intro: `The last ${length.value} days` },
        {
          actions: () => [range(), h(ExportButton, { name: "performance", rows: () => days.value.map((day) => ({ ...day })) })],
          default: () => [
            h(Metrics, () => [
              h(Metric, { label: "Delivered", value: delivered.value, change: 2.4 }),
              h(Metric, { label: "In time", value: 100 - share.value, unit: "percent", change: 0.3 }),
              h(Metric, { label: "A day", value: days.value.length ? delivered.value / days.value.length : 0 }),
            ]),
            h(Panels, () => [
              h(Panel, { title: "Volume", wide: true }, () => h(Chart, { option: volume.value, label: "Volume by day" })),
              h(Panel, { title: "Late share" }, () =>
                h(Chart, { option: gauge.value, label: "Share of late parcels", height: 260 }),
              ),
              h(Panel, { title: "Worst days", flush: true }, worstDays),
              h(Panel, { title: "In time by hour, %", wide: true }, () =>
                h(Chart, { option: inTime, label: "In time by weekday and hour", height: 320 }),
              ),
              h(Panel, { title: "Minutes after the promise", wide: true }, () =>
                h(Chart, { option: spread, label: "Spread of delivery times by depot", height: 380 }),
              ),
            ]),
          ],
        },
      );
  },
});
