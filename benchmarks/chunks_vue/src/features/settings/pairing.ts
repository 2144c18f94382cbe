import { NSteps, NStep } from "naive-ui";
import { defineComponent, h } from "vue";
import { QrCode } from "../../components/qr-code";
import { onDuty } from "../../data/staff";
import styles from "./pairing.module.css";

/** How a scanner learns whose it is. */
export const Pairing = defineComponent({
  name: "Pairing",
  setup: () => () =>
    h("div", { class: styles.pairing }, [
      h(QrCode, { text: `relay:pair:${onDuty.id}`, size: 160 }),
      h(NSteps, { vertical: true, current: 1, size: "small" }, () => [
        h(NStep, { title: "Hold the blue key for three seconds" }),
        h(NStep, { title: "Scan the code" }),
        h(NStep, { title: "Wait for two short tones" }),
      ]),
    ]),
});
