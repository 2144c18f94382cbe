import { GaugeChart } from "echarts/charts";
import { type EChartsCoreOption, use } from "echarts/core";
import { palette } from "../../helpers/colours";

use([GaugeChart]);

/** The goal of the year is that three in a hundred are late at most. */
export function lateShareChart(percent: number): EChartsCoreOption {
  return {
    series: [
      {
        type: "gauge",
        min: 0,
        max: 6,
        radius: "95%",
        axisLine: {
          lineStyle: {
            width: 14,
            color: [
              [0.5, palette[2]],
              [0.75, palette[1]],
              [1, palette[4]],
            ],
          },
        },
        axisTick: { show: false },
        splitLine: { show: false },
        detail: { formatter: "{value} %", fontSize: 22, offsetCenter: [0, "62%"] },
        data: [{ value: Math.round(percent * 10) / 10, name: "late" }],
      },
    ],
  };
}
