import { A11y, FreeMode, Navigation } from "swiper/modules";
import { Swiper, SwiperSlide } from "swiper/vue";
import "swiper/css";
import "swiper/css/free-mode";
import "swiper/css/navigation";
import { defineComponent, h, type VNode } from "vue";
import "./rail.css";

interface RailProps {
  /** Cards in a row that is pushed sideways; each has a key. */
  cards: readonly VNode[];
}

export const Rail = defineComponent(
  (props: RailProps) => () =>
    h(
      Swiper,
      {
        class: "rail",
        modules: [A11y, FreeMode, Navigation],
        slidesPerView: "auto",
        spaceBetween: 16,
        freeMode: true,
        navigation: true,
      },
      () => props.cards.map((card) => h(SwiperSlide, { key: card.key ?? undefined, class: "rail-slide" }, () => card)),
    ),
  { name: "Rail", props: ["cards"] },
);
