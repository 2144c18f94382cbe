import { useVirtualizer } from "@tanstack/vue-virtual";
import { ElSegmented } from "element-plus";
import "element-plus/es/components/segmented/style/css";
import { computed, defineComponent, h, ref, shallowRef } from "vue";
import { RouterLink } from "vue-router";
import { ExportButton } from "../components/export-button";
import { Page } from "../components/page";
import { Panel } from "../components/panel";
import { Toolbar } from "../components/toolbar";
import { TrendLine } from "../components/trend-line";
import { depotOf } from "../data/depots";
import { type Scan, scanKinds, scanLog } from "../data/scans";
import { perQuarterHour } from "../features/parcels/scan-rate";
import { time } from "../helpers/dates";
import { count } from "../helpers/numbers";
import { label } from "../helpers/text";
import styles from "./scans.module.css";

const ROW = 36;

const log = scanLog(4000);

function line(scan: Scan, top: number) {
  return h(
    "div",
    {
      key: scan.number,
      class: [styles.row, scan.kind === "exception" && styles.exception],
      style: { transform: `translateY(${top}px)` },
    },
    [
      h("span", count(scan.number)),
      h("time", time(scan.at)),
      h(RouterLink, { to: `/parcels/${scan.parcel}` }, () => scan.parcel),
      h("span", label(scan.kind)),
      h("span", depotOf(scan.depot)?.name),
      h("span", scan.scanner),
    ],
  );
}

export default defineComponent({
  name: "ScanLog",
  setup() {
    const kind = ref<string>("all");
    const rows = computed(() => (kind.value === "all" ? log : log.filter((scan) => scan.kind === kind.value)));
    const holder = shallowRef<HTMLElement | null>(null);
    const virtual = useVirtualizer(
      computed(() => ({ count: rows.value.length, getScrollElement: () => holder.value, estimateSize: () => ROW, overscan: 8 })),
    );
    const rate = computed(() => perQuarterHour(rows.value));
    const kinds = ["all", ...scanKinds].map((value) => ({ value, label: label(value) }));

    const list = () =>
      h("div", { ref: holder, class: styles.holder, tabindex: 0 }, [
        h(
          "div",
          { class: styles.rows, style: { height: `${virtual.value.getTotalSize()}px` } },
          virtual.value.getVirtualItems().map((item) => line(rows.value[item.index]!, item.start)),
        ),
      ]);

    return () =>
      h(
        Page,
        { title: "Scan log", intro: `${count(rows.value.length)} scans of this shift and the night before` },
        {
          actions: () => h(ExportButton, { name: "scans", rows: () => rows.value.map((scan) => ({ ...scan })) }),
          default: () => [
            h(Toolbar, () =>
              h(ElSegmented, {
                options: kinds,
                modelValue: kind.value,
                "onUpdate:modelValue": (value: unknown) => (kind.value = String(value)),
              }),
            ),
            h(Panel, { title: "Scans in each quarter of an hour" }, () =>
              h(TrendLine, { series: { Scans: rate.value.counts }, tick: rate.value.tick }),
            ),
            h(Panel, { flush: true }, list),
          ],
        },
      );
  },
});
