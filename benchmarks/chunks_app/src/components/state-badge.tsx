import type { State } from "../data/orders";
import { cx } from "../helpers/classes";
import styles from "./state-badge.module.css";

export function StateBadge({ state }: { state: State }) {
  return <span className={cx(styles.badge, styles[state])}>{state}</span>;
}
