import { autocompletion } from "@codemirror/autocomplete";
import { javascript } from "@codemirror/lang-javascript";
import { lintGutter, linter } from "@codemirror/lint";
import { useState } from "react";
import { CodeBox } from "../components/code-box";
import { Page } from "../components/page";
import { Panel } from "../components/panel";
import styles from "./scripts.module.css";

const start = `// Runs every morning before the lorries leave.
export function watering(readings) {
  const dry = readings.filter((reading) => reading.soil < 0.25);
  return dry.map((reading) => ({ at: reading.hour, litres: 40 }));
}
`;

const words = linter((view) => {
  const text = view.state.doc.toString();
  return [...text.matchAll(/\bvar\b/g)].map((match) => ({
    from: match.index,
    to: match.index + 3,
    severity: "warning" as const,
    message: "Say const or let.",
  }));
});

const extensions = [javascript({ typescript: true, jsx: true }), autocompletion(), lintGutter(), words];

export function Component() {
  const [text, setText] = useState(start);
  return (
    <Page title="Scripts" intro="What the pumps do on their own.">
      <Panel title="watering.js" wide>
        <CodeBox text={start} extensions={extensions} onChange={setText} />
        <p className={styles.count}>{text.split("\n").length} lines</p>
      </Panel>
    </Page>
  );
}
