import { ElAlert, ElButton, ElInput, ElInputNumber, ElTable, ElTableColumn } from "element-plus";
import "element-plus/es/components/alert/style/css";
import "element-plus/es/components/button/style/css";
import "element-plus/es/components/input/style/css";
import "element-plus/es/components/input-number/style/css";
import "element-plus/es/components/table/style/css";
import "element-plus/es/components/table-column/style/css";
import { computed, defineComponent, h, ref } from "vue";
import { Chart } from "../components/chart";
import { ExportButton } from "../components/export-button";
import { Page } from "../components/page";
import { Panel, Panels } from "../components/panel";
import { sampleQuotes, type Tariff, tariffs } from "../data/tariffs";
import { tariffSteps } from "../features/charts/tariff-steps";
import { parseCsv } from "../helpers/csv";
import { chargeOf, type Load, pounds, sum } from "../helpers/money";
import { plural } from "../helpers/text";
import styles from "./tariffs.module.css";

type Amount = Exclude<keyof Tariff, "service">;

const amounts: ReadonlyArray<readonly [name: Amount, label: string, step: number, precision: number]> = [
  ["base", "Base, £", 0.05, 2],
  ["perKilogram", "A kilogram, £", 0.01, 2],
  ["perLitre", "A litre, £", 0.001, 3],
  ["fuel", "Fuel, share", 0.001, 3],
];

export default defineComponent({
  name: "Tariffs",
  setup() {
    const drafts = ref<Array<{ -readonly [name in keyof Tariff]: Tariff[name] }>>(tariffs.map((tariff) => ({ ...tariff })));
    const text = ref(sampleQuotes);
    const sheet = computed(() => parseCsv<Load>(text.value));
    const quoted = computed(() =>
      sheet.value.rows.flatMap((load) => {
        const tariff = drafts.value.find(({ service }) => service === load.service);
        return tariff ? [chargeOf(load, tariff).total] : [];
      }),
    );
    const steps = computed(() => tariffSteps(drafts.value));

    const column = ([name, label, step, precision]: (typeof amounts)[number]) =>
      h(
        ElTableColumn,
        { key: name, label, minWidth: 150 },
        {
          default: ({ row }: { row: (typeof drafts.value)[number] }) =>
            h(ElInputNumber, {
              modelValue: Number(row[name]),
              step,
              precision,
              min: 0,
              size: "small",
              "onUpdate:modelValue": (value: number | null | undefined) => (row[name] = String(value ?? 0)),
            }),
        },
      );
    const table = () =>
      h(ElTable, { data: drafts.value, rowKey: "service" }, () => [
        h(ElTableColumn, { prop: "service", label: "Service", minWidth: 110 }),
        ...amounts.map(column),
      ]);
    const trial = () => [
      h(ElInput, {
        type: "textarea",
        rows: 9,
        class: styles.sheet,
        modelValue: text.value,
        "onUpdate:modelValue": (value: string) => (text.value = value),
        ariaLabel: "Parcels as CSV",
      }),
      sheet.value.problems.map((problem) => h(ElAlert, { key: problem, type: "warning", title: problem, closable: false })),
      h("p", { class: styles.sum }, `${plural(quoted.value.length, "parcel")}: ${pounds(sum(quoted.value))}`),
    ];

    return () =>
      h(
        Page,
        { title: "Tariffs", intro: "Drafts: nothing is charged by them yet." },
        {
          actions: () => [
            h(ElButton, { onClick: () => (drafts.value = tariffs.map((tariff) => ({ ...tariff }))) }, () => "As charged today"),
            h(ExportButton, { name: "tariffs", rows: () => drafts.value }),
          ],
          default: () => [
            h(Panel, { title: "Amounts", flush: true }, table),
            h(Panels, () => [
              h(Panel, { title: "By weight" }, () => h(Chart, { option: steps.value, label: "Charge by weight" })),
              h(Panel, { title: "Try them on" }, trial),
            ]),
          ],
        },
      );
  },
});
