import { ElTooltip } from "element-plus";
import "element-plus/es/components/tooltip/style/css";
import { defineComponent, h } from "vue";
import { moment, since } from "../helpers/dates";

/** How long ago something was; the moment itself shows over it. */
export const Ago = defineComponent(
  (props: { date: Date }) => () =>
    h(ElTooltip, { content: moment(props.date), placement: "top" }, () =>
      h("time", { datetime: props.date.toISOString() }, since(props.date)),
    ),
  { name: "Ago", props: ["date"] },
);
