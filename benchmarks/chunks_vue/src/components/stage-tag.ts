import { defineComponent, h } from "vue";
import type { Stage } from "../data/parcels";
import { stageColour } from "../helpers/colours";
import { label } from "../helpers/text";
import styles from "./stage-tag.module.css";

export const StageTag = defineComponent(
  (props: { stage: Stage }) => () =>
    h("span", { class: styles.tag, style: { "--stage": stageColour[props.stage] } }, label(props.stage)),
  { name: "StageTag", props: ["stage"] },
);
