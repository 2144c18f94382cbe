import { ElButton, ElDialog } from "element-plus";
import "element-plus/es/components/button/style/css";
import "element-plus/es/components/dialog/style/css";
import { defineComponent, h, ref } from "vue";
import { RichText } from "../../components/rich-text";
import { useNotes } from "./notes";

export default defineComponent(
  (props: { about: string }, { emit }) => {
    const notes = useNotes();
    const text = ref("");
    const keep = () => {
      notes.add(props.about, text.value);
      emit("close");
    };
    return () =>
      h(
        ElDialog,
        { modelValue: true, title: `Note on ${props.about}`, width: 560, onClose: () => emit("close") },
        {
          default: () =>
            h(RichText, { label: "Note", modelValue: text.value, "onUpdate:modelValue": (html: string) => (text.value = html) }),
          footer: () => h(ElButton, { type: "primary", disabled: !text.value, onClick: keep }, () => "Keep"),
        },
      );
  },
  { name: "NoteDialog", props: ["about"], emits: ["close"] },
);
