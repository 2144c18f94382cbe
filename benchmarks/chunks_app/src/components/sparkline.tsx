import { extent, line, scaleLinear } from "d3";
import styles from "./sparkline.module.css";

export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const [low = 0, high = 1] = extent(values as number[]) as [number, number];
  const x = scaleLinear([0, values.length - 1], [0, 160]);
  const y = scaleLinear([low, high], [38, 2]);
  const path = line<number>((_, index) => x(index), (value) => y(value))(values as number[]);
  return (
    <svg className={styles.sparkline} viewBox="0 0 160 40" role="img" aria-label={label}>
      <path d={path ?? ""} />
    </svg>
  );
}
