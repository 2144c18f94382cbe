import { compact } from "../helpers/money";
import styles from "./metric.module.css";

export function Metric({ label, value, unit = "", change }: { label: string; value: number; unit?: string; change?: number }) {
  return (
    <div className={styles.metric}>
      <span className={styles.label}>{label}</span>
      <span className={styles.value}>
        {compact(value)} {unit}
      </span>
      {change !== undefined && (
        <span className={change < 0 ? styles.down : styles.up}>
          {change < 0 ? "▼" : "▲"} {Math.abs(change).toFixed(1)} %
        </span>
      )}
    </div>
  );
}
