import type { FuseOptionKey } from "fuse.js";
import { refDebounced } from "@vueuse/core";
import { computed, type ComputedRef, type Ref } from "vue";
import { searchIn } from "../helpers/search";

/** The rows that a text finds, a moment after the last letter was typed. */
export function useSearch<T>(rows: Ref<readonly T[]>, text: Ref<string>, keys: FuseOptionKey<T>[]): ComputedRef<readonly T[]> {
  const settled = refDebounced(text, 180);
  const find = computed(() => searchIn(rows.value, keys));
  return computed(() => find.value(settled.value));
}
