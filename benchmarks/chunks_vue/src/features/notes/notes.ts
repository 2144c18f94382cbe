import { nanoid } from "nanoid";
import { defineStore } from "pinia";
import { ref } from "vue";
import { onDuty } from "../../data/staff";

export interface Note {
  readonly id: string;
  readonly about: string;
  readonly author: string;
  /** HTML, as the editor gives it. */
  readonly text: string;
}

export const useNotes = defineStore("notes", () => {
  const notes = ref<Note[]>([]);

  function add(about: string, text: string): void {
    notes.value.push({ id: nanoid(), about, author: onDuty.name, text });
  }

  return { notes, add, of: (about: string) => notes.value.filter((note) => note.about === about) };
});
