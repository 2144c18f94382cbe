import Sortable from "sortablejs";
import { defineComponent, h, onBeforeUnmount, onMounted, shallowRef } from "vue";
import type { Stop } from "../../data/rounds";
import { plural } from "../../helpers/text";
import "./stop-list.css";

interface StopListProps {
  round: string;
  stops: readonly Stop[];
}

/** Stops that are dragged within a round and to another one. */
export const StopList = defineComponent(
  (props: StopListProps, { emit }) => {
    const list = shallowRef<HTMLElement | null>(null);
    let sortable: Sortable | undefined;
    onMounted(() => {
      sortable = Sortable.create(list.value!, {
        group: "stops",
        animation: 150,
        ghostClass: "stop-ghost",
        onEnd: ({ item, from, to, oldIndex = 0, newIndex = 0 }) => {
          // Vue draws the list anew from the store, so the element goes back to where Vue believes it to be.
          from.insertBefore(item, from.children[oldIndex + (from === to && newIndex < oldIndex ? 1 : 0)] ?? null);
          emit("move", from.dataset.round, oldIndex, to.dataset.round, newIndex);
        },
      });
    });
    onBeforeUnmount(() => sortable?.destroy());
    return () =>
      h(
        "ol",
        { ref: list, class: "stops", "data-round": props.round },
        props.stops.map((stop) =>
          h("li", { key: stop.id, class: "stop" }, [
            h("strong", stop.address),
            h("span", `${stop.recipient} · ${plural(stop.parcels, "parcel")}`),
            h("small", `${stop.drive} min`),
          ]),
        ),
      );
  },
  { name: "StopList", props: ["round", "stops"], emits: ["move"] },
);
