import type { ReactNode } from "react";
import { cx } from "../helpers/classes";
import styles from "./panel.module.css";

export function Panel({ title, wide, children }: { title: string; wide?: boolean; children: ReactNode }) {
  return (
    <section className={cx(styles.panel, wide && styles.wide)}>
      <h2 className={styles.title}>{title}</h2>
      {children}
    </section>
  );
}

export function Panels({ children }: { children: ReactNode }) {
  return <div className={styles.panels}>{children}</div>;
}
