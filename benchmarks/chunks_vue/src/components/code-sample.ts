import "highlight.js/styles/github.css";
import { computed, defineComponent, h } from "vue";
import { highlight } from "../helpers/highlight";
import styles from "./code-sample.module.css";

interface CodeSampleProps {
  code: string;
  language: "bash" | "json" | "typescript";
}

export const CodeSample = defineComponent(
  (props: CodeSampleProps) => {
    const html = computed(() => highlight(props.code, props.language));
    return () =>
      h("pre", { class: styles.sample }, h("code", { class: `hljs language-${props.language}`, innerHTML: html.value }));
  },
  { name: "CodeSample", props: ["code", "language"] },
);
