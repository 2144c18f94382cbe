import type { EChartsCoreOption, EChartsType } from "echarts/core";
import { init, use } from "echarts/core";
import { GridComponent, TooltipComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
import { defineComponent, h, onBeforeUnmount, onMounted, shallowRef, watch } from "vue";
import { useBox } from "../composables/use-box";
import styles from "./chart.module.css";

// Kinds of charts and further parts are registered by the features that draw them.
use([GridComponent, TooltipComponent, CanvasRenderer]);

interface ChartProps {
  option: EChartsCoreOption;
  label: string;
  /** Pixels. */
  height?: number;
}

export const Chart = defineComponent(
  (props: ChartProps) => {
    const holder = shallowRef<HTMLElement | null>(null);
    const box = useBox(holder);
    let chart: EChartsType | undefined;
    onMounted(() => {
      chart = init(holder.value!);
      chart.setOption(props.option);
    });
    watch(
      () => props.option,
      (option) => chart?.setOption(option, { notMerge: true }),
    );
    watch(box, ({ width, height }) => width && height && chart?.resize({ width, height }));
    onBeforeUnmount(() => chart?.dispose());
    return () =>
      h("div", {
        ref: holder,
        class: styles.chart,
        role: "img",
        "aria-label": props.label,
        style: { height: `${props.height ?? 280}px` },
      });
  },
  { name: "Chart", props: ["option", "label", "height"] },
);
