import { useLocalStorage } from "@vueuse/core";
import { defineStore } from "pinia";
import { computed } from "vue";

/** The parcels that the controller keeps an eye on. */
export const useWatchlist = defineStore("watchlist", () => {
  const ids = useLocalStorage<string[]>("relay-watched", ["RL-10042", "RL-10107"]);
  const size = computed(() => ids.value.length);

  function toggle(id: string): void {
    ids.value = ids.value.includes(id) ? ids.value.filter((other) => other !== id) : [...ids.value, id];
  }

  return { ids, size, has: (id: string) => ids.value.includes(id), toggle };
});
