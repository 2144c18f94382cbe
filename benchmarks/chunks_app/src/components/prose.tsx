import { useMemo } from "react";
import { toHtml } from "../helpers/text";
import styles from "./prose.module.css";

export function Prose({ markdown }: { markdown: string }) {
  const html = useMemo(() => toHtml(markdown), [markdown]);
  return <div className={styles.prose} dangerouslySetInnerHTML={{ __html: html }} />;
}
