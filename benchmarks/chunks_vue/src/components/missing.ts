import { ElEmpty } from "element-plus";
import "element-plus/es/components/empty/style/css";
import { defineComponent, h } from "vue";
import { RouterLink } from "vue-router";

interface MissingProps {
  what: string;
  back: string;
}

/** Stands where something was asked for that there is not. */
export const Missing = defineComponent(
  (props: MissingProps) => () =>
    h(ElEmpty, { description: `There is no ${props.what}.` }, () => h(RouterLink, { to: props.back }, () => "Back to the list")),
  { name: "Missing", props: ["what", "back"] },
);
