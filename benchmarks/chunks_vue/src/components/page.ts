import { defineComponent, h } from "vue";
import { usePageTitle } from "../composables/use-page-title";
import styles from "./page.module.css";

interface PageProps {
  title: string;
  intro?: string;
}

/** The frame of every route; the slot `actions` stands at the right of its heading. */
export const Page = defineComponent(
  (props: PageProps, { slots }) => {
    usePageTitle(() => props.title);
    return () =>
      h("article", { class: styles.page }, [
        h("header", { class: styles.head }, [
          h("div", [h("h1", { class: styles.title }, props.title), props.intro && h("p", { class: styles.intro }, props.intro)]),
          slots.actions && h("div", { class: styles.actions }, slots.actions()),
        ]),
        slots.default?.(),
      ]);
  },
  { name: "Page", props: ["title", "intro"] },
);
