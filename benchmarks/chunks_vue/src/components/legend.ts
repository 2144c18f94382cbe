import { defineComponent, h } from "vue";
import styles from "./legend.module.css";

/** What the colours of a drawing mean. */
export const Legend = defineComponent(
  (props: { colours: Readonly<Record<string, string>> }) => () =>
    h(
      "ul",
      { class: styles.legend },
      Object.entries(props.colours).map(([name, colour]) =>
        h("li", { key: name, class: styles.entry }, [h("i", { class: styles.swatch, style: { background: colour } }), name]),
      ),
    ),
  { name: "Legend", props: ["colours"] },
);
