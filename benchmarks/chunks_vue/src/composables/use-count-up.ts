import { usePreferredReducedMotion } from "@vueuse/core";
import { gsap } from "gsap";
import { type Ref, ref, watch } from "vue";

/** A number that runs to its new value, unless the visitor wants no motion. */
export function useCountUp(target: Ref<number>): Ref<number> {
  const shown = ref(target.value);
  const motion = usePreferredReducedMotion();
  watch(target, (value) => {
    if (motion.value === "reduce") {
      shown.value = value;
      return;
    }
    gsap.to(shown, { value, duration: 0.6, ease: "power2.out", overwrite: true });
  });
  return shown;
}
