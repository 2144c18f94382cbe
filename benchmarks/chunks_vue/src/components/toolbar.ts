import { defineComponent, h } from "vue";
import styles from "./toolbar.module.css";

/** Filters above a list; the slot `end` stands at the right. */
export const Toolbar = defineComponent(
  (_, { slots }) =>
    () =>
      h("div", { class: styles.toolbar, role: "search" }, [
        slots.default?.(),
        slots.end && h("div", { class: styles.end }, slots.end()),
      ]),
  { name: "Toolbar" },
);
