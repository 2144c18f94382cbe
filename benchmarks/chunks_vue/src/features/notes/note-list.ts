import { computed, defineComponent, h } from "vue";
import { type Note, useNotes } from "./notes";
import "./notes.css";

export const NoteList = defineComponent(
  (props: { about: string }) => {
    const store = useNotes();
    const notes = computed(() => store.of(props.about));
    return () =>
      notes.value.length
        ? h(
            "ul",
            { class: "notes" },
            notes.value.map((note: Note) =>
              h("li", { key: note.id }, [h("small", note.author), h("div", { innerHTML: note.text })]),
            ),
          )
        : h("p", { class: "notes-none" }, "No notes yet.");
  },
  { name: "NoteList", props: ["about"] },
);
