import { BarChart } from "echarts/charts";
import { MarkLineComponent } from "echarts/components";
import { type EChartsCoreOption, use } from "echarts/core";
import { type Depot, hourlyLoad } from "../../data/depots";
import { regionColour } from "../../helpers/colours";

use([BarChart, MarkLineComponent]);

/** The busiest hour of each depot as a share of what it can sort. */
export function busiest(depot: Depot): number {
  return Math.round((Math.max(...hourlyLoad(depot)) / depot.capacity) * 100);
}

export function depotLoadChart(depots: readonly Depot[]): EChartsCoreOption {
  return {
    grid: { left: 40, right: 40, top: 16, bottom: 56 },
    tooltip: { trigger: "axis", valueFormatter: (value: unknown) => `${value} %` },
    xAxis: { type: "category", data: depots.map((depot) => depot.name), axisLabel: { rotate: 35 } },
    yAxis: { type: "value", max: 100 },
    series: [
      {
        type: "bar",
        name: "Busiest hour",
        data: depots.map((depot) => ({ value: busiest(depot), itemStyle: { color: regionColour[depot.region] } })),
        markLine: { symbol: "none", data: [{ yAxis: 90, name: "Strained" }], lineStyle: { color: "#d64545" } },
      },
    ],
  };
}
