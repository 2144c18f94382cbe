import { defineStore } from "pinia";
import { computed, ref } from "vue";
import { type Slot, slots, taken } from "../../data/yard";

export const useYard = defineStore("yard", () => {
  const places = ref(new Map<string, string>(taken.map(([slot, plate]) => [plate, slot])));
  const chosen = ref<string>();
  const free = computed(() => slots.filter((slot) => ![...places.value.values()].includes(slot.id)));

  /** Puts a vehicle on a slot, if nothing stands there. */
  function park(plate: string, slot: Slot): boolean {
    if (!free.value.includes(slot)) return false;
    places.value.set(plate, slot.id);
    return true;
  }

  return { places, chosen, free, park };
});
