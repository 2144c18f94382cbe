import { defineComponent, h } from "vue";
import { RouterLink } from "vue-router";
import { depotOf } from "../data/depots";

export const DepotLink = defineComponent(
  (props: { id: string }) => () => h(RouterLink, { to: `/depots/${props.id}` }, () => depotOf(props.id)?.name ?? props.id),
  { name: "DepotLink", props: ["id"] },
);
