import { useTitle } from "@vueuse/core";
import { computed, type MaybeRefOrGetter, toValue } from "vue";

export function usePageTitle(title: MaybeRefOrGetter<string>): void {
  useTitle(computed(() => `${toValue(title)} – Relay`));
}
