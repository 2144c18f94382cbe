import { computed, type WritableComputedRef } from "vue";
import { useRoute, useRouter } from "vue-router";

/** A text that stands in the address, so that a filtered list can be shared. */
export function useQueryText(name: string): WritableComputedRef<string> {
  const route = useRoute();
  const router = useRouter();
  return computed({
    get: () => String(route.query[name] ?? ""),
    set: (text) => void router.replace({ query: { ...route.query, [name]: text || undefined } }),
  });
}
