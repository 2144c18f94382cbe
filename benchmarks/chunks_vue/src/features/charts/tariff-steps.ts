import { LineChart } from "echarts/charts";
import { LegendComponent } from "echarts/components";
import { type EChartsCoreOption, use } from "echarts/core";
import type { Tariff } from "../../data/tariffs";
import { palette } from "../../helpers/colours";
import { chargeOf } from "../../helpers/money";

use([LineChart, LegendComponent]);

const weights = [0.5, 1, 2, 4, 6, 8, 10, 15, 20, 25, 30];

/** What a parcel of each weight costs by the tariffs as they stand. */
export function tariffSteps(tariffs: readonly Tariff[]): EChartsCoreOption {
  return {
    color: [...palette],
    grid: { left: 48, right: 16, top: 36, bottom: 28 },
    legend: { top: 0 },
    tooltip: { trigger: "axis", valueFormatter: (value: unknown) => `£${Number(value).toFixed(2)}` },
    xAxis: { type: "category", data: weights.map((weight) => `${weight} kg`) },
    yAxis: { type: "value", axisLabel: { formatter: "£{value}" } },
    series: tariffs.map((tariff) => ({
      type: "line",
      name: tariff.service,
      step: "end",
      data: weights.map((weight) => chargeOf({ service: tariff.service, weight, volume: weight * 4 }, tariff).total.toNumber()),
    })),
  };
}
