import { type Extension } from "@codemirror/state";
import { basicSetup, EditorView } from "codemirror";
import { useEffect, useRef } from "react";
import styles from "./code-box.module.css";

interface CodeBoxProps {
  text: string;
  extensions: Extension;
  onChange?: (text: string) => void;
}

export function CodeBox({ text, extensions, onChange }: CodeBoxProps) {
  const holder = useRef<HTMLDivElement>(null);
  const changed = useRef(onChange);
  changed.current = onChange;
  useEffect(() => {
    if (!holder.current) return;
    const listener = EditorView.updateListener.of((update) => {
      if (update.docChanged) changed.current?.(update.state.doc.toString());
    });
    const view = new EditorView({ doc: text, extensions: [basicSetup, extensions, listener], parent: holder.current });
    return () => view.destroy();
    // The text is where the editing starts; later ones come from the editor itself.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [extensions]);
  return <div ref={holder} className={styles.box} />;
}
