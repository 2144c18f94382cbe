import { motion } from "framer-motion";
import { Fade } from "../components/fade";
import { Page } from "../components/page";
import { Prose } from "../components/prose";
import { handbook } from "../data/handbook";
import { headings } from "../helpers/text";
import styles from "./help.module.css";

export function Component() {
  return (
    <Page title="Help" intro={`${headings(handbook).length} sections`}>
      <div className={styles.columns}>
        <ol className={styles.contents}>
          {headings(handbook).map((heading) => (
            <motion.li key={heading} whileHover={{ x: 4 }}>
              {heading}
            </motion.li>
          ))}
        </ol>
        <Fade>
          <Prose markdown={handbook} />
        </Fade>
      </div>
    </Page>
  );
}
