import { css } from "@codemirror/lang-css";
import { json } from "@codemirror/lang-json";
import { Button, ButtonGroup, Slider, Snackbar, Tab, Tabs } from "@mui/material";
import { useMemo, useState } from "react";
import { CodeBox } from "../components/code-box";
import { Page } from "../components/page";
import { Panel } from "../components/panel";
import { Material } from "../components/theme";
import { useStored } from "../hooks/use-stored";
import styles from "./themes.module.css";

const samples = {
  css: ".crate {\n  color: var(--apple);\n}\n",
  json: '{\n  "crate": { "color": "apple" }\n}\n',
};

export function Component() {
  const [kind, setKind] = useStored<"css" | "json">("theme-kind", "css");
  const [radius, setRadius] = useState(6);
  const [saved, setSaved] = useState(false);
  const extensions = useMemo(() => (kind === "css" ? css() : json()), [kind]);
  return (
    <Material>
      <Page
        title="Themes"
        actions={
          <ButtonGroup>
            <Button onClick={() => setSaved(true)}>Save</Button>
            <Button onClick={() => setRadius(6)}>Reset</Button>
          </ButtonGroup>
        }
      >
        <Tabs value={kind} onChange={(_, value) => setKind(value)}>
          <Tab value="css" label="CSS" />
          <Tab value="json" label="JSON" />
        </Tabs>
        <Panel title="Rules" wide>
          <CodeBox key={kind} text={samples[kind]} extensions={extensions} />
        </Panel>
        <Slider value={radius} min={0} max={24} onChange={(_, value) => setRadius(value as number)} aria-label="Radius" />
        <div className={styles.sample} style={{ borderRadius: radius }} />
        <Snackbar open={saved} message="Saved" autoHideDuration={2000} onClose={() => setSaved(false)} />
      </Page>
    </Material>
  );
}
