import { defineComponent, h, toRef } from "vue";
import { useCountUp } from "../composables/use-count-up";
import { count, percent } from "../helpers/numbers";
import styles from "./metric.module.css";

interface MetricProps {
  label: string;
  value: number;
  /** Percent above or below the week before. */
  change?: number;
  unit?: "percent";
}

export const Metric = defineComponent(
  (props: MetricProps) => {
    const shown = useCountUp(toRef(props, "value"));
    return () =>
      h("div", { class: styles.metric }, [
        h("span", { class: styles.label }, props.label),
        h("strong", { class: styles.value }, props.unit === "percent" ? percent(shown.value) : count(shown.value)),
        props.change !== undefined &&
          h(
            "span",
            { class: props.change < 0 ? styles.down : styles.up },
            `${props.change < 0 ? "▼" : "▲"} ${percent(Math.abs(props.change))}`,
          ),
      ]);
  },
  { name: "Metric", props: ["label", "value", "change", "unit"] },
);

export const Metrics = defineComponent(
  (_, { slots }) =>
    () =>
      h("div", { class: styles.metrics }, slots.default?.()),
  { name: "Metrics" },
);
