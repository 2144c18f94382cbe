import Konva from "konva";
import { defineComponent, h, onBeforeUnmount, onMounted, shallowRef } from "vue";
import { slots } from "../../data/yard";
import { centreOf, cornerOf, HEIGHT, kindColour, size, slotAt, WIDTH } from "./layout";
import { useYard } from "./yard";
import styles from "./stage.module.css";

function ground(): Konva.Layer {
  const layer = new Konva.Layer({ listening: false });
  for (const slot of slots) {
    const corner = cornerOf(slot);
    layer.add(
      new Konva.Rect({ ...corner, ...size, stroke: kindColour[slot.kind], fill: `${kindColour[slot.kind]}18`, cornerRadius: 6 }),
    );
    layer.add(new Konva.Text({ x: corner.x + 6, y: corner.y + 6, text: slot.id, fontSize: 11, fill: "#64748b" }));
  }
  return layer;
}

function van(plate: string): Konva.Group {
  const group = new Konva.Group({ draggable: true, name: plate });
  group.add(
    new Konva.Rect({
      x: -34,
      y: -20,
      width: 68,
      height: 40,
      fill: "#f2a33a",
      cornerRadius: 8,
      shadowBlur: 6,
      shadowOpacity: 0.25,
    }),
  );
  group.add(new Konva.Rect({ x: 18, y: -15, width: 11, height: 30, fill: "#14233b", cornerRadius: 3 }));
  group.add(
    new Konva.Text({ x: -32, y: -5, width: 44, align: "center", text: plate, fontSize: 9, fontStyle: "bold", fill: "#14233b" }),
  );
  return group;
}

/** The yard seen from above; vans are dragged from slot to slot. */
export const YardStage = defineComponent({
  name: "YardStage",
  setup() {
    const yard = useYard();
    const holder = shallowRef<HTMLDivElement | null>(null);
    let stage: Konva.Stage | undefined;
    const settle = (group: Konva.Group, plate: string, duration: number) => {
      const slot = slots.find(({ id }) => id === yard.places.get(plate))!;
      new Konva.Tween({ node: group, ...centreOf(slot), duration, easing: Konva.Easings.EaseOut }).play();
    };
    const stand = (plate: string, slot: string) => {
      const group = van(plate).setAttrs(centreOf(slots.find(({ id }) => id === slot)!));
      group.on("dragstart click", () => {
        yard.chosen = plate;
        group.moveToTop();
      });
      group.on("dragend", () => {
        yard.park(plate, slotAt(group.x(), group.y()));
        settle(group, plate, 0.2);
      });
      return group;
    };
    onMounted(() => {
      stage = new Konva.Stage({ container: holder.value!, width: WIDTH, height: HEIGHT });
      const layer = new Konva.Layer();
      for (const [plate, slot] of yard.places) layer.add(stand(plate, slot));
      stage.add(ground(), layer);
    });
    onBeforeUnmount(() => stage?.destroy());
    return () => h("div", { class: styles.scroll }, h("div", { ref: holder, class: styles.stage }));
  },
});
