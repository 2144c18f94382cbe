import {
  CategoryScale,
  Chart,
  type ChartData,
  Filler,
  Legend,
  LinearScale,
  LineElement,
  PointElement,
  Tooltip,
} from "chart.js";
import { Line } from "react-chartjs-2";

Chart.register(CategoryScale, LinearScale, LineElement, PointElement, Filler, Legend, Tooltip);

export function LineChart({ labels, series }: { labels: string[]; series: Record<string, number[]> }) {
  const data: ChartData<"line"> = {
    labels,
    datasets: Object.entries(series).map(([label, values], index) => ({
      label,
      data: values,
      fill: index === 0,
      tension: 0.3,
      borderColor: ["#4f7f3a", "#c8372d", "#6b3a78"][index % 3],
      backgroundColor: "rgb(79 127 58 / 15%)",
    })),
  };
  return <Line data={data} options={{ animation: false, responsive: true }} />;
}
