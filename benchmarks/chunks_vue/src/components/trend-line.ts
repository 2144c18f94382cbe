import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { defineComponent, h, onBeforeUnmount, shallowRef, watch } from "vue";
import { useBox } from "../composables/use-box";
import { palette } from "../helpers/colours";
import styles from "./trend-line.module.css";

interface TrendLineProps {
  /** One row of values for each name; they share the places on the x axis. */
  series: Readonly<Record<string, readonly number[]>>;
  /** What stands under a place. */
  tick: (place: number) => string;
  height?: number;
}

export const TrendLine = defineComponent(
  (props: TrendLineProps) => {
    const holder = shallowRef<HTMLElement | null>(null);
    const box = useBox(holder);
    let plot: uPlot | undefined;
    const draw = () => {
      plot?.destroy();
      plot = undefined;
      if (holder.value && box.value.width) plot = new uPlot(optionsOf(props, box.value.width), dataOf(props), holder.value);
    };
    watch([box, () => props.series], draw, { flush: "post" });
    onBeforeUnmount(() => plot?.destroy());
    return () => h("div", { ref: holder, class: styles.trend });
  },
  { name: "TrendLine", props: ["series", "tick", "height"] },
);

function dataOf({ series }: TrendLineProps): uPlot.AlignedData {
  const rows = Object.values(series).map((values) => [...values]);
  const places = Array.from({ length: rows[0]?.length ?? 0 }, (_, place) => place);
  return [places, ...rows];
}

function optionsOf({ series, tick, height = 200 }: TrendLineProps, width: number): uPlot.Options {
  const ticks = (_: uPlot, places: number[]) => places.map((place) => (Number.isInteger(place) ? tick(place) : ""));
  return {
    width,
    height,
    scales: { x: { time: false } },
    axes: [{ values: ticks, grid: { show: false } }, { size: 56 }],
    series: [
      { label: "At", value: (_, place) => (place === null ? "" : tick(place)) },
      ...Object.keys(series).map((label, index) => ({
        label,
        stroke: palette[index % palette.length]!,
        width: 2,
        fill: index ? undefined : `${palette[0]}1a`,
      })),
    ],
  };
}
