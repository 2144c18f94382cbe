import { useResizeObserver } from "@vueuse/core";
import { type Ref, shallowRef, type ShallowRef } from "vue";

/** The size of an element in pixels, for what draws itself and has to know. */
export function useBox(element: Readonly<Ref<HTMLElement | null>>): ShallowRef<{ width: number; height: number }> {
  const box = shallowRef({ width: 0, height: 0 });
  useResizeObserver(element, ([entry]) => {
    if (entry) box.value = { width: Math.floor(entry.contentRect.width), height: Math.floor(entry.contentRect.height) };
  });
  return box;
}
