import { defineComponent, h } from "vue";
import { chargeOf, type Load, pounds } from "../../helpers/money";
import styles from "./quote.module.css";

/** What a booking would cost, part by part. */
export const Quote = defineComponent(
  (props: { load: Load }) => () => {
    const charge = chargeOf(props.load);
    return h("dl", { class: styles.quote }, [
      h("dt", "Service"),
      h("dd", pounds(charge.base)),
      h("dt", "Weight or volume"),
      h("dd", pounds(charge.load)),
      h("dt", "Fuel"),
      h("dd", pounds(charge.fuel)),
      h("dt", { class: styles.total }, "Total"),
      h("dd", { class: styles.total }, pounds(charge.total)),
    ]);
  },
  { name: "Quote", props: ["load"] },
);
