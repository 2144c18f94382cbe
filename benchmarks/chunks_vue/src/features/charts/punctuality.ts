import { BoxplotChart } from "echarts/charts";
import { type EChartsCoreOption, use } from "echarts/core";
import { punctuality } from "../../data/service-levels";
import { palette } from "../../helpers/colours";
import { fiveNumbers } from "../../helpers/statistics";

use([BoxplotChart]);

export function punctualityChart(): EChartsCoreOption {
  const rows = punctuality();
  return {
    grid: { left: 88, right: 24, top: 8, bottom: 32 },
    tooltip: { trigger: "item" },
    xAxis: { type: "value", name: "min" },
    yAxis: { type: "category", data: rows.map((row) => row.depot) },
    series: [
      {
        type: "boxplot",
        name: "Minutes late",
        itemStyle: { color: `${palette[0]}33`, borderColor: palette[0] },
        data: rows.map((row) => fiveNumbers(row.minutes)),
      },
    ],
  };
}
