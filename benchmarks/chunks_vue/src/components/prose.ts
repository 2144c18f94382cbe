import { computed, defineComponent, h } from "vue";
import { type Highlighter, toHtml } from "../helpers/markdown";
import styles from "./prose.module.css";

interface ProseProps {
  markdown: string;
  highlight?: Highlighter;
}

export const Prose = defineComponent(
  (props: ProseProps) => {
    const html = computed(() => toHtml(props.markdown, props.highlight));
    return () => h("div", { class: styles.prose, innerHTML: html.value });
  },
  { name: "Prose", props: ["markdown", "highlight"] },
);
