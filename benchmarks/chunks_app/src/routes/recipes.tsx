import { markdown } from "@codemirror/lang-markdown";
import { AnimatePresence, motion } from "framer-motion";
import { useMemo, useState } from "react";
import { CodeBox } from "../components/code-box";
import { Page } from "../components/page";
import { Panel, Panels } from "../components/panel";
import { Prose } from "../components/prose";
import { recipes } from "../data/recipes";
import { headings } from "../helpers/text";
import { useStored } from "../hooks/use-stored";
import styles from "./recipes.module.css";

export function Component() {
  const [slug, setSlug] = useStored("recipe", recipes[0]!.slug);
  const recipe = recipes.find((candidate) => candidate.slug === slug) ?? recipes[0]!;
  const [edited, setEdited] = useState<Record<string, string>>({});
  const text = edited[recipe.slug] ?? recipe.markdown;
  const extensions = useMemo(() => markdown(), []);
  return (
    <Page title="Recipes" intro={headings(text).join(", ")}>
      <ul className={styles.list}>
        {recipes.map((candidate) => (
          <li key={candidate.slug}>
            <button type="button" aria-pressed={candidate === recipe} onClick={() => setSlug(candidate.slug)}>
              {candidate.slug}
            </button>
          </li>
        ))}
      </ul>
      <Panels>
        <Panel title="Markdown">
          <CodeBox
            key={recipe.slug}
            text={text}
            extensions={extensions}
            onChange={(value) => setEdited((before) => ({ ...before, [recipe.slug]: value }))}
          />
        </Panel>
        <Panel title="As it reads">
          <AnimatePresence mode="wait">
            <motion.div key={recipe.slug} initial={{ opacity: 0 }} animate={{ opacity: 1 }} exit={{ opacity: 0 }}>
              <Prose markdown={text} />
            </motion.div>
          </AnimatePresence>
        </Panel>
      </Panels>
    </Page>
  );
}
