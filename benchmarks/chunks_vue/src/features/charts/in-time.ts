import { HeatmapChart } from "echarts/charts";
import { VisualMapComponent } from "echarts/components";
import { type EChartsCoreOption, use } from "echarts/core";
import { inTimeByHour } from "../../data/service-levels";

use([HeatmapChart, VisualMapComponent]);

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const hours = Array.from({ length: 12 }, (_, hour) => `${hour + 8}:00`);

export function inTimeChart(): EChartsCoreOption {
  return {
    grid: { left: 48, right: 16, top: 8, bottom: 72 },
    tooltip: { valueFormatter: (value: unknown) => `${value} %` },
    xAxis: { type: "category", data: hours, splitArea: { show: true } },
    yAxis: { type: "category", data: weekdays, inverse: true },
    visualMap: {
      min: 84,
      max: 99,
      orient: "horizontal",
      left: "center",
      bottom: 0,
      inRange: { color: ["#d64545", "#f9e2b8", "#2f9e6b"] },
    },
    series: [{ type: "heatmap", name: "In time", data: inTimeByHour(), label: { show: true } }],
  };
}
