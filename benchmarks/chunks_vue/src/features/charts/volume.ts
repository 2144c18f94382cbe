import { LineChart } from "echarts/charts";
import { LegendComponent } from "echarts/components";
import { type EChartsCoreOption, use } from "echarts/core";
import type { Day } from "../../data/service-levels";
import { palette } from "../../helpers/colours";
import { weekday } from "../../helpers/dates";
import { movingMean } from "../../helpers/statistics";

use([LineChart, LegendComponent]);

/** Collections and deliveries day by day, with the week's mean of what was collected. */
export function volumeChart(days: readonly Day[]): EChartsCoreOption {
  const collected = days.map((day) => day.collected);
  return {
    color: [palette[0], palette[2], palette[1]],
    grid: { left: 56, right: 16, top: 36, bottom: 28 },
    legend: { top: 0, right: 0 },
    tooltip: { trigger: "axis" },
    xAxis: { type: "category", data: days.map((day) => weekday(day.date)), boundaryGap: false },
    yAxis: { type: "value" },
    series: [
      { type: "line", name: "Collected", data: collected, areaStyle: { opacity: 0.08 }, symbol: "none" },
      { type: "line", name: "Delivered", data: days.map((day) => day.delivered), symbol: "none" },
      {
        type: "line",
        name: "Seven days",
        data: movingMean(collected, 7).map(Math.round),
        symbol: "none",
        lineStyle: { type: "dashed" },
      },
    ],
  };
}
