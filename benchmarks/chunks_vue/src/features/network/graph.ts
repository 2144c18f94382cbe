import cytoscape, { type Core } from "cytoscape";
import { defineComponent, h, onBeforeUnmount, onMounted, shallowRef, watch } from "vue";
import { elements, look } from "./elements";
import styles from "./graph.module.css";

export const arrangements = { cose: "By weight", circle: "Circle", breadthfirst: "Levels", grid: "Grid" } as const;
export type Arrangement = keyof typeof arrangements;

export const Graph = defineComponent(
  (props: { arrangement: Arrangement }, { emit }) => {
    const holder = shallowRef<HTMLElement | null>(null);
    let graph: Core | undefined;
    const arrange = () => graph?.layout({ name: props.arrangement, animate: false, padding: 32, randomize: false }).run();
    onMounted(() => {
      graph = cytoscape({
        container: holder.value,
        elements: elements.map(({ data }) => ({ data: { ...data } })),
        style: look,
        minZoom: 0.3,
        maxZoom: 3,
      });
      graph.on("tap", "edge", (event) => emit("lane", event.target.id()));
      arrange();
    });
    watch(() => props.arrangement, arrange);
    onBeforeUnmount(() => graph?.destroy());
    return () => h("div", { ref: holder, class: styles.graph, role: "img", "aria-label": "Depots and the lanes between them" });
  },
  { name: "Graph", props: ["arrangement"], emits: ["lane"] },
);
