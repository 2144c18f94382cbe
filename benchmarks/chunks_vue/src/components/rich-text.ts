import StarterKit from "@tiptap/starter-kit";
import { EditorContent, useEditor } from "@tiptap/vue-3";
import { defineComponent, h } from "vue";
import "./rich-text.css";

interface RichTextProps {
  /** HTML. */
  modelValue: string;
  label: string;
}

export const RichText = defineComponent(
  (props: RichTextProps, { emit }) => {
    const editor = useEditor({
      content: props.modelValue,
      extensions: [StarterKit.configure({ heading: { levels: [3] }, codeBlock: false })],
      editorProps: { attributes: { "aria-label": props.label } },
      onUpdate: ({ editor: changed }) => emit("update:modelValue", changed.getHTML()),
    });
    const tools = () => {
      const current = editor.value;
      if (!current) return [];
      return [
        tool("Bold", current.isActive("bold"), () => current.chain().focus().toggleBold().run()),
        tool("Italic", current.isActive("italic"), () => current.chain().focus().toggleItalic().run()),
        tool("Heading", current.isActive("heading"), () => current.chain().focus().toggleHeading({ level: 3 }).run()),
        tool("List", current.isActive("bulletList"), () => current.chain().focus().toggleBulletList().run()),
        tool("Undo", false, () => current.chain().focus().undo().run()),
      ];
    };
    return () =>
      h("div", { class: "rich-text" }, [
        h("div", { class: "rich-text-tools", role: "toolbar" }, tools()),
        h(EditorContent, { editor: editor.value }),
      ]);
  },
  { name: "RichText", props: ["modelValue", "label"], emits: ["update:modelValue"] },
);

function tool(name: string, pressed: boolean, onClick: () => void) {
  return h("button", { type: "button", "aria-pressed": pressed, onClick }, name);
}
