import { PieChart } from "echarts/charts";
import { LegendComponent } from "echarts/components";
import { type EChartsCoreOption, use } from "echarts/core";
import type { Parcel, Stage } from "../../data/parcels";
import { tally } from "../../helpers/collections";
import { stageColour } from "../../helpers/colours";
import { label } from "../../helpers/text";

use([PieChart, LegendComponent]);

export function stagesChart(parcels: readonly Parcel[]): EChartsCoreOption {
  const parts = tally(parcels, (parcel) => parcel.stage);
  return {
    tooltip: { trigger: "item" },
    legend: { bottom: 0 },
    series: [
      {
        type: "pie",
        radius: ["48%", "72%"],
        center: ["50%", "42%"],
        label: { show: false },
        data: parts.map(({ key, count }) => ({
          name: label(key),
          value: count,
          itemStyle: { color: stageColour[key as Stage] },
        })),
      },
    ],
  };
}
