import { defineComponent, h } from "vue";
import styles from "./panel.module.css";

interface PanelProps {
  title?: string;
  /** Takes the whole row of a grid of panels. */
  wide?: boolean;
  /** Without a space around what it holds: for tables and maps. */
  flush?: boolean;
}

export const Panel = defineComponent(
  (props: PanelProps, { slots }) =>
    () =>
      h("section", { class: [styles.panel, props.wide && styles.wide] }, [
        props.title && h("header", { class: styles.head }, [h("h2", { class: styles.title }, props.title), slots.extra?.()]),
        h("div", { class: !props.flush && styles.body }, slots.default?.()),
      ]),
  { name: "Panel", props: ["title", "wide", "flush"] },
);

/** Panels side by side, as many as fit. */
export const Panels = defineComponent(
  (_, { slots }) =>
    () =>
      h("div", { class: styles.panels }, slots.default?.()),
  { name: "Panels" },
);
