import { toDataURL } from "qrcode";
import { computedAsync } from "@vueuse/core";
import { defineComponent, h } from "vue";

interface QrCodeProps {
  text: string;
  /** Pixels. */
  size?: number;
}

export const QrCode = defineComponent(
  (props: QrCodeProps) => {
    const size = props.size ?? 144;
    const source = computedAsync(() => toDataURL(props.text, { margin: 1, width: size * 2 }), "");
    return () =>
      source.value
        ? h("img", { src: source.value, width: size, height: size, alt: `Code for ${props.text}` })
        : h("div", { style: { width: `${size}px`, height: `${size}px` } });
  },
  { name: "QrCode", props: ["text", "size"] },
);
