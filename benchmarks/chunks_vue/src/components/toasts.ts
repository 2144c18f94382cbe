import { useEventListener } from "@vueuse/core";
import { defineComponent, h, onUnmounted, ref, TransitionGroup } from "vue";
import { useI18n } from "vue-i18n";
import { bus, type Toast } from "../features/alerts/bus";
import "./toasts.css";

const SHOWN_FOR = 5000;

export const Toasts = defineComponent({
  name: "Toasts",
  setup() {
    const { t } = useI18n();
    const toasts = ref<Toast[]>([]);
    const dismiss = (id: string) => (toasts.value = toasts.value.filter((toast) => toast.id !== id));
    const show = (toast: Toast) => {
      toasts.value = [...toasts.value.slice(-3), toast];
      setTimeout(dismiss, SHOWN_FOR, toast.id);
    };
    bus.on("toast", show);
    onUnmounted(() => bus.off("toast", show));
    useEventListener(document, "keydown", (event: KeyboardEvent) => {
      if (event.key === "Escape") toasts.value = [];
    });
    return () =>
      h(TransitionGroup, { tag: "ol", name: "toast", class: "toasts", "aria-live": "polite" }, () =>
        toasts.value.map((toast) =>
          h("li", { key: toast.id, class: ["toast", `toast-${toast.kind}`] }, [
            toast.text,
            h("button", { type: "button", "aria-label": t("toasts.dismiss"), onClick: () => dismiss(toast.id) }, "×"),
          ]),
        ),
      );
  },
});
