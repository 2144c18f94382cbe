import { ElAnchor, ElAnchorLink, ElCard } from "element-plus";
import "element-plus/es/components/anchor/style/css";
import "element-plus/es/components/anchor-link/style/css";
import "element-plus/es/components/card/style/css";
import "highlight.js/styles/github.css";
import { computed, defineComponent, h, ref } from "vue";
import { Page } from "../components/page";
import { Panel } from "../components/panel";
import { Prose } from "../components/prose";
import { SearchField } from "../components/search-field";
import { useSearch } from "../composables/use-search";
import { chapters } from "../data/handbook";
import { type Passage, passages } from "../features/handbook/passages";
import { highlight } from "../helpers/highlight";
import { shorten } from "../helpers/text";
import styles from "./handbook.module.css";

export default defineComponent({
  name: "Handbook",
  setup() {
    const text = ref("");
    const found = useSearch<Passage>(
      computed(() => passages),
      text,
      ["title", "text"],
    );

    const hits = () =>
      h(Panel, { title: `${found.value.length} passages` }, () =>
        h(
          "ul",
          { class: styles.hits },
          found.value
            .slice(0, 8)
            .map((passage) =>
              h("li", { key: passage.text }, [
                h("a", { href: `#${passage.chapter}` }, passage.title),
                " ",
                shorten(passage.text, 90),
              ]),
            ),
        ),
      );
    const contents = () =>
      h(ElAnchor, { offset: 80 }, () =>
        chapters.map(({ slug, title }) => h(ElAnchorLink, { key: slug, href: `#${slug}`, title })),
      );
    const reading = () =>
      chapters.map(({ slug, title, markdown }) =>
        h(
          ElCard,
          { key: slug, id: slug, shadow: "never", class: styles.chapter },
          { header: () => h("h2", title), default: () => h(Prose, { markdown, highlight }) },
        ),
      );

    return () =>
      h(
        Page,
        { title: "Handbook", intro: "How we do things, and whom to ask." },
        {
          actions: () =>
            h(SearchField, {
              label: "Find in the handbook",
              modelValue: text.value,
              "onUpdate:modelValue": (value: string) => (text.value = value),
            }),
          default: () => [
            text.value && hits(),
            h("div", { class: styles.columns }, [h("div", reading()), h("aside", { class: styles.contents }, contents())]),
          ],
        },
      );
  },
});
