import { fruitScale } from "../helpers/colours";
import styles from "./legend.module.css";

export function Legend({ names }: { names: readonly string[] }) {
  return (
    <ul className={styles.legend}>
      {names.map((name) => (
        <li key={name}>
          <span className={styles.swatch} style={{ background: fruitScale(name) }} /> {name}
        </li>
      ))}
    </ul>
  );
}
